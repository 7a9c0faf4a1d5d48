/* The director: makes noise for a while, then has everybody rest and looks whether all is as it should be,
 * and so on. It tells soak.py of each round, of what the process holds then, and of every finding. */
#include "test/soak/soak.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <joist/option.h>

/* So long it waits for all to be well once there is calm. */
#define CALM_NS_MAX INT64_C(60000000000)
#define LOOK_MS 100

struct soak soak;

static _Atomic uint64_t victims[8192]; /* relaxed: any of them will do */
static atomic_uint_least64_t dice_made;

uint64_t soak_dice(int64_t number)
{
	uint64_t dice = soak.seed + (uint64_t)number * 7919;

	/* relaxed: only different from all others */
	dice += 104729 * atomic_fetch_add_explicit(&dice_made, 1, memory_order_relaxed);
	return dice_roll(&dice, INT64_MAX);
}

void soak_finding(struct joist_actor *self, const char *what)
{
	joist_print(self, "finding: %s (%s)", what,
		    joist_format(self, joist_pid_term(self, joist_self(self))));
}

void victims_enlist(struct joist_actor *self, int64_t slot)
{
	if ((size_t)slot < sizeof(victims) / sizeof(*victims))
		atomic_store_explicit(&victims[slot], joist_self(self).id, memory_order_relaxed);
}

joist_pid victims_any(uint64_t *dice)
{
	uint64_t slot = dice_roll(dice, sizeof(victims) / sizeof(*victims));
	joist_pid pid = { 0 };

	for (uint64_t tries = 0; pid.id == 0 && tries < 20; tries++, slot = slot * 3 / 4)
		pid.id = atomic_load_explicit(&victims[slot], memory_order_relaxed);
	return pid;
}

/* ---- what the process holds ---- */

/* How many entries there are, or how many of them lead to what begins with `kind`. */
static long entries_of(const char *folder, const char *kind)
{
	DIR *dir = opendir(folder);
	char path[300], at[100] = "";
	long n = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		n += !kind ||
		     (readlink(path, at, sizeof(at)) > 0 && strncmp(at, kind, strlen(kind)) == 0);
	}
	if (dir)
		closedir(dir);
	return n;
}

static long lines_of(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[1000];
	long n = 0;

	while (file && fgets(line, sizeof(line), file))
		n++;
	if (file)
		fclose(file);
	return n;
}

static long pages_held(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long pages = 0;

	if (file && fscanf(file, "%*s %ld", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return pages;
}

static uint64_t load(atomic_uint_least64_t *count)
{
	return atomic_load_explicit(count, memory_order_relaxed);
}

static void tell(struct joist_actor *self)
{
	joist_term pids = joist_actors(self);
	int64_t late = atomic_exchange_explicit(&soak.late_ns, 0, memory_order_relaxed);

	/* A thread that an actor has ever had for itself keeps two to wait with. */
	long watches = entries_of("/proc/self/fd", "anon_inode:[event");
	joist_print(self,
		    "held: descriptors %ld, watches %ld, mappings %ld, threads %ld, pages %ld",
		    entries_of("/proc/self/fd", NULL) - watches, watches,
		    lines_of("/proc/self/maps"), entries_of("/proc/self/task", NULL), pages_held());
	joist_print(self,
		    "sofar: messages %llu, faults %llu, hand-overs %llu, starts %llu, actors %lld, "
		    "ticks at most %lld ms apart",
		    (unsigned long long)load(&soak.messages),
		    (unsigned long long)load(&soak.faults),
		    (unsigned long long)load(&soak.hand_overs),
		    (unsigned long long)load(&soak.starts), (long long)joist_list_size(pids),
		    (long long)(late / 1000000));
}

/* ---- rounds ---- */

static void set_noise(bool on)
{
	atomic_store_explicit(&soak.noise, on, memory_order_relaxed);
}

static void make_noise(struct joist_actor *self, int64_t ms)
{
	int64_t until = joist_now_ns(self) + ms * 1000000;

	set_noise(true);
	while (joist_now_ns(self) < until) {
		const char *wrong = ticks_audit(self);

		if (wrong)
			soak_finding(self, wrong);
		joist_receive_timeout(self, 500);
	}
	set_noise(false);
}

static const char *look(struct joist_actor *self)
{
	const char *wrong = NULL;

	if (atomic_load_explicit(&soak.mourned, memory_order_relaxed))
		wrong = "somebody who was told to end lives on";
	if (!wrong)
		wrong = audit_ties(self);
	if (!wrong)
		wrong = bank_audit(self);
	return wrong;
}

/* Until all is well; what was wrong last if it never is. A look takes time where others have the
 * processors, and what begins or ends meanwhile is seen by half: one counts that began when all had been
 * calm for long. */
static void settle(struct joist_actor *self)
{
	int64_t until = joist_now_ns(self) + CALM_NS_MAX;
	const char *wrong = NULL;

	for (int calm = 0; calm < 5;) {
		joist_receive_timeout(self, LOOK_MS);
		bool late = joist_now_ns(self) > until;
		wrong = look(self);
		calm = wrong ? 0 : calm + 1;
		if (wrong && late) {
			soak_finding(self, wrong);
			return;
		}
	}
}

void director(struct joist_actor *self, joist_term args)
{
	int64_t round_ms = joist_option_int(self, args, "round_ms", 10000);
	int64_t rounds = joist_option_int(self, args, "rounds", 1);

	for (int64_t i = 0; i < rounds; i++) {
		make_noise(self, round_ms);
		settle(self);
		tell(self);
	}
	set_noise(true);
	joist_print(self, "done");
	joist_receive(self);
}

/* The first of all to be started. */
static void settings_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	soak.seed = (uint64_t)joist_option_int(self, args, "seed", 1);
	soak.pause_ms = joist_option_int(self, args, "pause_ms", 1000);
}

static const struct joist_server settings = { .state_size = 8, .init = settings_init };

JOIST_PLUGIN("soak", "1.0", JOIST_SERVER(settings), JOIST_ACTOR(director), JOIST_ACTOR(coroner),
	     JOIST_ACTOR(mortal), JOIST_SERVER(mortal_server), JOIST_SERVER(rogue),
	     JOIST_SERVER(brute), JOIST_ACTOR(rogue_loop), JOIST_ACTOR(brute_loop),
	     JOIST_SERVER(sponge), JOIST_SERVER(broker), JOIST_SERVER(account),
	     JOIST_SERVER(ticker), JOIST_ACTOR(ticker_loop), JOIST_SERVER(sink),
	     JOIST_ACTOR(source));
