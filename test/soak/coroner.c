/* Witnesses of ends: a coroner starts mortals, and of each one hears every word in turn, then one DOWN,
 * and if they are linked one EXIT, with the reason that belongs to the way in which it ended. */
#include "test/soak/soak.h"

#include <stdio.h>
#include <string.h>

#include "test/faults/stranger.h"

#define PATIENTS 16

/* Somebody who lives for longer than this does not end at all. */
#define LIFE_NS_MAX INT64_C(120000000000)

struct patient {
	joist_pid pid; /* nobody: the place is free */
	joist_ref ref;
	int64_t words, heard;
	int64_t since_ns;
	char reason[40]; /* how it is to begin */
	const char *way, *wrong; /* what it was told */
	bool server, threaded;
	bool killed; /* it may also have been killed */
	bool linked, down, exited;
};

struct ward {
	struct joist_actor *self;
	uint64_t dice;
	struct patient patients[PATIENTS];
};

static const struct way {
	const char *name, *reason;
} ways[] = {
	{ "fault", NULL },	    { "fault", NULL },		{ "fault_later", NULL },
	{ "fault_deferred", NULL }, { "exits", "{gone,home}" }, { "leaks", "{limit,memory}" },
	{ "errs", "{badarg," },	    { "kills", "killed" },	{ "returns", "normal" },
};

static struct patient *patient_of(struct ward *w, joist_pid pid)
{
	for (size_t i = 0; i < PATIENTS; i++)
		if (joist_pid_equal(w->patients[i].pid, pid))
			return &w->patients[i];
	return NULL;
}

/* ---- starting ---- */

static joist_term choose(struct ward *w, struct patient *p)
{
	const struct way *way = &ways[dice_roll(&w->dice, sizeof(ways) / sizeof(*ways))];
	const struct wrong *wrong = harm_any(&w->dice);

	p->way = way->name;
	p->wrong = wrong->name;
	p->words = (int64_t)dice_roll(&w->dice, 6);
	if (way->reason)
		snprintf(p->reason, sizeof(p->reason), "%s", way->reason);
	else
		snprintf(p->reason, sizeof(p->reason), "{fault,%s,", wrong->kind);
	return joist_make(w->self, "{Coroner, Words, Seed, Way, Wrong}", joist_self(w->self),
			  p->words, dice_roll(&w->dice, INT64_MAX), joist_atom_new(way->name),
			  (int64_t)(wrong - stranger_wrongs));
}

static void start(struct ward *w, struct patient *p)
{
	struct joist_spawn_options options = {
		.monitor = true,
		.link = dice_roll(&w->dice, 2),
		.thread = dice_roll(&w->dice, 16) == 0,
		.memory_bytes_max = 512 << 10,
	};

	*p = (struct patient){ .linked = options.link, .since_ns = joist_now_ns(w->self) };
	joist_term args = choose(w, p);
	p->server = dice_roll(&w->dice, 2);
	p->threaded = options.thread;
	atomic_fetch_add_explicit(&soak.mourned, 1, memory_order_relaxed);
	p->pid = joist_spawn_with(w->self, p->server ? "soak:mortal_server" : "soak:mortal", args,
				  &options, &p->ref);
}

static void start_all(struct ward *w)
{
	for (size_t i = 0; i < PATIENTS; i++)
		if (joist_pid_is_none(w->patients[i].pid) && dice_roll(&w->dice, 4) == 0)
			start(w, &w->patients[i]);
}

static void kill_one(struct ward *w)
{
	struct patient *p = &w->patients[dice_roll(&w->dice, PATIENTS)];

	if (joist_pid_is_none(p->pid) || dice_roll(&w->dice, 4))
		return;
	p->killed = true;
	joist_exit_to(w->self, p->pid, joist_make(w->self, "kill"));
}

/* ---- hearing ---- */

/* Who is killed while its deferred calls run ends for the reason that it had till then. */
static bool was_killed(const struct patient *p, joist_term reason)
{
	return p->killed &&
	       (joist_is_atom(reason, "killed") ||
		(strcmp(p->way, "fault_deferred") == 0 && joist_is_atom(reason, "normal")));
}

static void expect_reason(struct ward *w, const struct patient *p, joist_term reason)
{
	const char *text = joist_format(w->self, reason);
	char what[300];

	if (strncmp(text, p->reason, strlen(p->reason)) == 0 || was_killed(p, reason))
		return;
	snprintf(what, sizeof(what),
		 "an end by %.60s, not by %s: %s, %s, a %s%s, %lld of %lld words", text, p->reason,
		 p->way, p->wrong, p->server ? "server" : "loop",
		 p->threaded ? " with a thread" : "", (long long)p->heard, (long long)p->words);
	soak_finding(w->self, what);
}

static void dismiss(struct patient *p)
{
	if (!p->down || p->exited != p->linked)
		return;
	p->pid = (joist_pid){ 0 };
	atomic_fetch_sub_explicit(&soak.mourned, 1, memory_order_relaxed);
}

static void hear_word(struct ward *w, joist_pid pid, int64_t number)
{
	struct patient *p = patient_of(w, pid);

	if (!p || p->down || p->exited)
		soak_finding(w->self, "a word of somebody who has ended");
	else if (++p->heard != number)
		soak_finding(w->self, "a word out of order");
}

static void hear_down(struct ward *w, joist_ref ref, joist_pid pid, joist_term reason)
{
	struct patient *p = patient_of(w, pid);

	if (!p || p->down || !joist_ref_equal(p->ref, ref)) {
		soak_finding(w->self, "a second DOWN, or one of no monitor");
		return;
	}
	expect_reason(w, p, reason);
	if (p->heard != p->words && !p->killed)
		soak_finding(w->self, "a DOWN before the last word");
	p->down = true;
	dismiss(p);
}

static void hear_exit(struct ward *w, joist_pid pid, joist_term reason)
{
	struct patient *p = patient_of(w, pid);

	if (!p || p->exited || !p->linked) {
		soak_finding(w->self, "a second EXIT, or one of no link");
		return;
	}
	expect_reason(w, p, reason);
	p->exited = true;
	dismiss(p);
}

static void hear(struct ward *w, joist_term message)
{
	joist_term reason;
	joist_pid pid;
	joist_ref ref;
	int64_t number;

	soak_count(&soak.messages);
	if (joist_match(message, "{word, Pid, N}", &pid, &number))
		hear_word(w, pid, number);
	else if (joist_match(message, "{'DOWN', Ref, process, Pid, Reason}", &ref, &pid, &reason))
		hear_down(w, ref, pid, reason);
	else if (joist_match(message, "{'EXIT', Pid, Reason}", &pid, &reason) &&
		 !joist_pid_equal(pid, joist_parent(w->self)))
		hear_exit(w, pid, reason);
	else
		joist_exit(w->self, joist_make(w->self, "shutdown"));
}

static void look_for_undead(struct ward *w)
{
	int64_t now = joist_now_ns(w->self);

	for (size_t i = 0; i < PATIENTS; i++) {
		struct patient *p = &w->patients[i];

		if (joist_pid_is_none(p->pid) || now - p->since_ns < LIFE_NS_MAX)
			continue;
		p->since_ns = now;
		soak_finding(w->self, p->down ? "no EXIT of a link" : "no DOWN of a monitor");
	}
}

void coroner(struct joist_actor *self, joist_term args)
{
	struct ward *w = joist_alloc(self, sizeof(*w));

	(void)args;
	w->self = self;
	w->dice = soak_dice(3);
	joist_trap_exit(self, true);
	for (;;) {
		joist_term message = joist_receive_timeout(self, soak_is_noisy() ? 20 : 200);

		if (!joist_is_none(message)) {
			hear(w, message);
			continue;
		}
		if (!soak_is_noisy())
			look_for_undead(w);
		if (soak_is_noisy()) {
			start_all(w);
			kill_one(w);
		}
	}
}
