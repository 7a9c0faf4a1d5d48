/* The world of the random actors. It lets them wander until all that live rest. Then nothing happens but
 * what it does: it kills one after the other, and upgrades the rest meanwhile; and before each compares
 * what the node tells of all of them with what the rules ask for. */
#include "test/linked.h"
#include "test/random/random.h"

#define SOULS_MAX 512

/* How often a rule that takes a moment to become true is looked at. */
#define LOOKS_MAX 10000

struct soul {
	joist_pid pid;
	bool dead;
	bool rests;
	bool doomed; /* is to end with the one that is killed now */
	int64_t watches; /* monitors that it awaits; -1: not told yet */
	joist_term info; /* while it is compared */
};

struct world {
	struct joist_actor *self;
	uint64_t dice;
	struct soul souls[SOULS_MAX];
	size_t count, living;
};

JOIST_NORETURN static void violation(struct world *w, const char *what)
{
	joist_exit(w->self, joist_make(w->self, "{violation, Text}", joist_text(what)));
}

static struct soul *soul_of(struct world *w, joist_pid pid)
{
	for (size_t i = 0; i < w->count; i++)
		if (joist_pid_equal(w->souls[i].pid, pid))
			return &w->souls[i];
	return NULL;
}

/* ---- news ---- */

static struct soul *add(struct world *w, joist_pid pid)
{
	if (w->count == SOULS_MAX)
		violation(w, "more actors than were to be");
	w->souls[w->count] = (struct soul){ .pid = pid, .watches = -1 };
	w->living++;
	joist_monitor(w->self, pid);
	return &w->souls[w->count++];
}

static void note_birth(struct world *w, joist_pid pid)
{
	if (!soul_of(w, pid))
		add(w, pid);
}

static void note_death(struct world *w, joist_pid pid)
{
	struct soul *soul = soul_of(w, pid);

	if (!soul || soul->dead)
		violation(w, "a second DOWN of one monitor");
	soul->dead = true;
	w->living--;
}

/* Waits for news and notes it; false if `ms` pass without. */
static bool hear(struct world *w, int64_t ms)
{
	joist_term message, text;
	joist_pid pid;
	int64_t count;

	if (!joist_receive_match(w->self, ms, "Message", &message))
		return false;
	if (joist_match(message, "{born, Pid}", &pid))
		note_birth(w, pid);
	else if (joist_match(message, "{rests, Pid}", &pid))
		soul_of(w, pid)->rests = true;
	else if (joist_match(message, "{watches, Pid, Count}", &pid, &count))
		soul_of(w, pid)->watches = count;
	else if (joist_match(message, "{'DOWN', _, process, Pid, _}", &pid))
		note_death(w, pid);
	else if (joist_match(message, "{violation, Text}", &text))
		joist_exit(w->self, message);
	return true;
}

/* ---- upgrades ---- */

static void hear_a_little(void *world)
{
	hear(world, 1);
}

/* All go over to another generation of their code, or none does. */
static void renew(struct world *w)
{
	linked_upgrade(joist_vm_of(w->self), hear_a_little, w);
}

/* ---- until all rest ---- */

/* Whether a wanderer lives of whom nothing is known yet: it has just been started. */
static bool somebody_is_new(struct world *w)
{
	joist_term pids = joist_actors(w->self), item, info;
	joist_pid pid;

	while (joist_list_next(&pids, &item)) {
		if (!joist_get_pid(item, &pid) || joist_pid_equal(pid, joist_self(w->self)) ||
		    soul_of(w, pid))
			continue;
		info = joist_info(w->self, pid);
		if (!joist_is_none(info) &&
		    joist_match(info, "#{current_function := {random, _, _}}"))
			return true;
	}
	return false;
}

static bool all_rest(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (!w->souls[i].dead && !w->souls[i].rests)
			return false;
	return !somebody_is_new(w);
}

/* Asks all that live what they await; whether all of them answered. */
static bool ask_round(struct world *w)
{
	size_t living = w->living;

	for (size_t i = 0; i < w->count; i++) {
		struct soul *soul = &w->souls[i];

		if (soul->dead)
			continue;
		soul->watches = -1;
		joist_send(w->self, soul->pid, joist_make(w->self, "audit"));
		while (soul->watches < 0 && !soul->dead)
			if (!hear(w, 60000))
				violation(w, "an actor at rest does not answer");
	}
	return w->living == living;
}

/* Until two rounds went by in which nobody died: then no signal is under way. */
static void settle(struct world *w)
{
	for (int calm = 0; calm < 2; calm = ask_round(w) ? calm + 1 : 0)
		;
}

/* ---- what must be true at rest ---- */

static bool holds(joist_term list, joist_term wanted)
{
	joist_term item;

	while (joist_list_next(&list, &item))
		if (joist_equal(item, wanted))
			return true;
	return false;
}

static joist_term item_of(const struct soul *soul, const char *item)
{
	return joist_map_get(soul->info, joist_atom_term(joist_atom_new(item)));
}

static void look_at_all(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (!w->souls[i].dead) {
			w->souls[i].info = joist_info(w->self, w->souls[i].pid);
			if (joist_is_none(w->souls[i].info))
				violation(w, "an actor at rest is gone");
		}
}

/* Whether each pid in the `item` of `soul` is one that lives, and has `soul` in its `back`. */
static const char *one_sided(struct world *w, const struct soul *soul, const char *item,
			     const char *back)
{
	joist_term list = item_of(soul, item), other;
	joist_term own = joist_pid_term(w->self, soul->pid);
	const struct soul *there;
	joist_pid pid;

	while (joist_list_next(&list, &other)) {
		if (!joist_get_pid(other, &pid) || joist_pid_equal(pid, joist_self(w->self)))
			continue;
		there = soul_of(w, pid);
		if (!there || there->dead)
			return "a tie to the dead";
		if (!holds(item_of(there, back), own))
			return "a tie of which the other end does not know";
	}
	return NULL;
}

/* What is wrong now; NULL if nothing is. */
static const char *wrong(struct world *w)
{
	const char *what = NULL;

	look_at_all(w);
	for (size_t i = 0; i < w->count && !what; i++) {
		struct soul *soul = &w->souls[i];

		if (soul->dead)
			continue;
		what = one_sided(w, soul, "links", "links");
		if (!what && joist_list_size(item_of(soul, "monitors")) != soul->watches)
			what = "a monitor of which its owner does not know";
	}
	return what;
}

static void audit(struct world *w)
{
	const char *what = wrong(w);

	for (int i = 0; what && i < LOOKS_MAX; i++) {
		joist_yield(w->self);
		settle(w);
		what = wrong(w);
	}
	if (what)
		violation(w, what);
}

/* ---- the end of one, and of those that go with it ---- */

static bool traps(const struct soul *soul)
{
	return joist_is_atom(item_of(soul, "trap_exit"), "true");
}

static void doom(struct world *w, struct soul *soul)
{
	joist_term links = item_of(soul, "links"), item;
	joist_pid pid;
	struct soul *other;

	soul->doomed = true;
	while (joist_list_next(&links, &item)) {
		other = joist_get_pid(item, &pid) ? soul_of(w, pid) : NULL;
		if (other && !other->doomed && !traps(other))
			doom(w, other);
	}
}

static struct soul *any_living(struct world *w)
{
	size_t left = dice_roll(&w->dice, w->living);

	for (size_t i = 0;; i++)
		if (!w->souls[i].dead && left-- == 0)
			return &w->souls[i];
}

static void kill_one(struct world *w)
{
	struct soul *victim = any_living(w);

	for (size_t i = 0; i < w->count; i++)
		w->souls[i].doomed = w->souls[i].dead;
	doom(w, victim);
	joist_exit_to(w->self, victim->pid, joist_make(w->self, "kill"));
	renew(w);
	for (size_t i = 0; i < w->count; i++)
		while (w->souls[i].doomed && !w->souls[i].dead)
			if (!hear(w, 60000))
				violation(w, "one that was linked lives on");
	settle(w);
	for (size_t i = 0; i < w->count; i++)
		if (w->souls[i].dead && !w->souls[i].doomed)
			violation(w, "one ended that was not to");
}

static void people(struct world *w, int64_t count, int64_t steps)
{
	joist_pid before = { 0 };

	for (int64_t i = 0; i < count; i++) {
		joist_term args =
			joist_make(w->self, "{Seed, World, Steps, Depth}",
				   dice_roll(&w->dice, INT64_MAX), joist_self(w->self), steps, 3);
		const char *name = i % 2 ? "random:wanderer" : "random:resident";
		joist_pid pid = joist_spawn(w->self, name, args);

		add(w, pid);
		if (i > 0)
			joist_send(w->self, pid, joist_make(w->self, "{meet, Pid}", before));
		before = pid;
	}
}

void world(struct joist_actor *self, joist_term args)
{
	struct world *w = joist_alloc(self, sizeof(*w));
	int64_t count, steps;

	w->self = self;
	if (!joist_match(args, "{Seed, Actors, Steps}", &w->dice, &count, &steps))
		joist_exit(self, args);
	people(w, count, steps);
	while (!all_rest(w)) {
		renew(w);
		if (!hear(w, 100))
			joist_yield(self);
	}
	settle(w);
	while (w->living) {
		audit(w);
		kill_one(w);
	}
	if (somebody_is_new(w))
		violation(w, "somebody is left");
}

JOIST_PLUGIN("random", "1.0", JOIST_ACTOR(world), JOIST_ACTOR(wanderer), JOIST_HANDLER(resident));
