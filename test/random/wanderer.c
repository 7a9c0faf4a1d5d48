/* A random actor: takes a number of steps, each drawn by its own dice, then rests and only answers.
 * What it hears that breaks a rule it tells the world. */
#include "test/random/random.h"

/* Those that it knows well enough to approach. */
#define FRIENDS_MAX 16
#define WATCHES_MAX 32
#define NAMES 8

struct friend
{
	joist_pid pid;
	int64_t sent; /* the number of the last message to it */
};

struct voice {
	joist_pid pid;
	int64_t heard; /* the number of the last message from it */
};

struct watch {
	joist_ref ref;
	joist_pid pid;
};

struct wanderer {
	struct joist_actor *self;
	joist_pid world;
	uint64_t dice;
	int64_t depth; /* how many generations it may found */
	struct friend friends[FRIENDS_MAX];
	size_t friend_count;
	struct voice *voices;
	size_t voice_count;
	struct watch watches[WATCHES_MAX]; /* monitors that have neither fired nor been ended */
	size_t watch_count;
	joist_ref timer;
};

void (*trace_step)(joist_pid who, const char *step);

static const char *const names[NAMES] = { "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7" };

static uint64_t roll(struct wanderer *w, uint64_t sides)
{
	return dice_roll(&w->dice, sides);
}

static void complain(struct wanderer *w, const char *what)
{
	joist_send(w->self, w->world, joist_make(w->self, "{violation, Text}", joist_text(what)));
}

static void trace(struct wanderer *w, const char *step)
{
	if (trace_step)
		trace_step(joist_self(w->self), step);
}

/* ---- what it hears ---- */

static void befriend(struct wanderer *w, joist_pid pid)
{
	for (size_t i = 0; i < w->friend_count; i++)
		if (joist_pid_equal(w->friends[i].pid, pid))
			return;
	if (w->friend_count < FRIENDS_MAX && !joist_pid_equal(pid, joist_self(w->self)))
		w->friends[w->friend_count++] = (struct friend){ .pid = pid };
}

static struct voice *voice_of(struct wanderer *w, joist_pid pid)
{
	struct voice *voice;

	for (size_t i = 0; i < w->voice_count; i++)
		if (joist_pid_equal(w->voices[i].pid, pid))
			return &w->voices[i];
	w->voices = joist_realloc(w->self, w->voices, (w->voice_count + 1) * sizeof(*w->voices));
	voice = &w->voices[w->voice_count++];
	voice->pid = pid;
	return voice;
}

static void hear_down(struct wanderer *w, joist_ref ref)
{
	for (size_t i = 0; i < w->watch_count; i++)
		if (joist_ref_equal(w->watches[i].ref, ref)) {
			w->watches[i] = w->watches[--w->watch_count];
			return;
		}
	complain(w, "a DOWN of no monitor");
}

static void hear(struct wanderer *w, joist_term message)
{
	joist_term from, request;
	joist_pid pid;
	joist_ref ref;
	int64_t number;

	trace(w, "hear");
	if (joist_match(message, "{number, Pid, N}", &pid, &number)) {
		if (++voice_of(w, pid)->heard != number)
			complain(w, "a message out of order");
	} else if (joist_match(message, "{meet, Pid}", &pid)) {
		befriend(w, pid);
	} else if (joist_match(message, "{'DOWN', Ref, process, _, _}", &ref)) {
		hear_down(w, ref);
	} else if (joist_match(message, "{'$gen_call', From, Request}", &from, &request)) {
		joist_reply(w->self, from, request);
	} else if (joist_match(message, "audit")) {
		joist_send(w->self, w->world,
			   joist_make(w->self, "{watches, Self, Count}", joist_self(w->self),
				      (uint64_t)w->watch_count));
	}
}

/* ---- what it does ---- */

static struct friend *any_friend(struct wanderer *w)
{
	return w->friend_count ? &w->friends[roll(w, w->friend_count)] : NULL;
}

static joist_term any_reason(struct wanderer *w)
{
	switch (roll(w, 4)) {
	case 0:
		return joist_make(w->self, "kill");
	case 1:
		return joist_make(w->self, "{boom, [1, 2]}");
	default:
		return joist_make(w->self, "normal");
	}
}

static void watch(struct wanderer *w, joist_ref ref, joist_pid pid)
{
	w->watches[w->watch_count++] = (struct watch){ ref, pid };
}

static void step_send(struct wanderer *w, struct friend *friend)
{
	joist_send(w->self, friend->pid,
		   joist_make(w->self, "{number, Self, N}", joist_self(w->self), ++friend->sent));
}

static void step_send_many(struct wanderer *w, struct friend *friend)
{
	for (int i = 0; i < 20; i++)
		step_send(w, friend);
}

static void step_introduce(struct wanderer *w, struct friend *friend)
{
	joist_send(w->self, friend->pid, joist_make(w->self, "{meet, Pid}", any_friend(w)->pid));
}

static void step_link(struct wanderer *w, struct friend *friend)
{
	joist_link(w->self, friend->pid);
}

static void step_unlink(struct wanderer *w, struct friend *friend)
{
	joist_unlink(w->self, friend->pid);
}

static void step_monitor(struct wanderer *w, struct friend *friend)
{
	if (w->watch_count < WATCHES_MAX)
		watch(w, joist_monitor(w->self, friend->pid), friend->pid);
}

static void step_exit_to(struct wanderer *w, struct friend *friend)
{
	if (roll(w, 12) == 0)
		joist_exit_to(w->self, friend->pid, any_reason(w));
}

static void step_look(struct wanderer *w, struct friend *friend)
{
	if (!joist_is_none(joist_info(w->self, friend->pid)) && roll(w, 2))
		joist_is_alive(w->self, friend->pid);
}

static void step_call(struct wanderer *w, struct friend *friend)
{
	joist_term request = joist_make(w->self, "{echo, N}", friend->sent), reply;

	if (joist_call(w->self, friend->pid, request, (int64_t)roll(w, 3), &reply) == JOIST_OK &&
	    !joist_equal(request, reply))
		complain(w, "an answer to another question");
}

static void step_spawn(struct wanderer *w, struct friend *friend)
{
	struct joist_spawn_options options = { .link = roll(w, 2), .monitor = roll(w, 2) };
	joist_ref ref;
	joist_pid pid;
	joist_term args;

	(void)friend;
	options.monitor &= w->watch_count < WATCHES_MAX;
	if (w->depth == 0)
		return;
	args = joist_make(w->self, "{Seed, World, Steps, Depth}", roll(w, INT64_MAX), w->world,
			  20 + roll(w, 20), --w->depth);
	pid = joist_spawn_with(w->self, "random:wanderer", args, &options, &ref);
	if (options.monitor)
		watch(w, ref, pid);
	befriend(w, pid);
}

static void step_demonitor(struct wanderer *w, struct friend *friend)
{
	(void)friend;
	if (w->watch_count)
		joist_demonitor_flush(w->self, w->watches[--w->watch_count].ref);
}

static void step_name(struct wanderer *w, struct friend *friend)
{
	const char *name = names[roll(w, NAMES)];

	if (roll(w, 2))
		joist_register(w->self, name, friend->pid);
	else
		joist_unregister(w->self, name);
}

static void step_use_name(struct wanderer *w, struct friend *friend)
{
	joist_atom name = joist_atom_new(names[roll(w, NAMES)]), node = joist_node(w->self);
	joist_pid pid = joist_whereis(w->self, names[roll(w, NAMES)]);

	(void)friend;
	if (!joist_pid_is_none(pid))
		befriend(w, pid);
	joist_send_to(w->self, joist_make(w->self, "{Name, Node}", name, node),
		      joist_make(w->self, "{meet, Self}", joist_self(w->self)));
}

static void step_timer(struct wanderer *w, struct friend *friend)
{
	joist_term meet = joist_make(w->self, "{meet, Self}", joist_self(w->self));

	if (roll(w, 3) == 0)
		joist_cancel(w->self, w->timer);
	w->timer = joist_send_after(w->self, (int64_t)roll(w, 5), friend->pid, meet);
}

static void step_alias(struct wanderer *w, struct friend *friend)
{
	joist_ref alias = joist_alias(w->self);

	joist_send_to(w->self, alias, joist_make(w->self, "{meet, Pid}", friend->pid));
	joist_unalias(w->self, alias);
	joist_send_to(w->self, alias,
		      joist_make(w->self, "{'DOWN', R, process, lost, lost}", alias));
}

static void step_trap(struct wanderer *w, struct friend *friend)
{
	(void)friend;
	joist_trap_exit(w->self, roll(w, 2));
}

static void step_listen(struct wanderer *w, struct friend *friend)
{
	joist_term message;

	(void)friend;
	for (int i = 0; i < 30; i++) {
		message = joist_receive_timeout(w->self, i == 0 ? (int64_t)roll(w, 2) : 0);
		if (joist_is_none(message))
			return;
		hear(w, message);
	}
}

static void step_yield(struct wanderer *w, struct friend *friend)
{
	(void)friend;
	if (roll(w, 2))
		joist_yield(w->self);
	else
		joist_bump(w->self, (uint32_t)roll(w, 5000));
}

static void step_end(struct wanderer *w, struct friend *friend)
{
	(void)friend;
	if (roll(w, 24) == 0)
		joist_exit(w->self, any_reason(w));
}

struct step {
	const char *name;
	void (*take)(struct wanderer *w, struct friend *friend);
};

/* Steps that are listed twice are taken twice as often. */
static const struct step steps[] = {
	{ "send", step_send },		 { "send", step_send },
	{ "send_many", step_send_many }, { "introduce", step_introduce },
	{ "introduce", step_introduce }, { "link", step_link },
	{ "link", step_link },		 { "unlink", step_unlink },
	{ "monitor", step_monitor },	 { "monitor", step_monitor },
	{ "demonitor", step_demonitor }, { "exit_to", step_exit_to },
	{ "look", step_look },		 { "call", step_call },
	{ "spawn", step_spawn },	 { "name", step_name },
	{ "use_name", step_use_name },	 { "timer", step_timer },
	{ "alias", step_alias },	 { "trap", step_trap },
	{ "trap", step_trap },		 { "listen", step_listen },
	{ "listen", step_listen },	 { "listen", step_listen },
	{ "yield", step_yield },	 { "end", step_end },
};

static void take_step(struct wanderer *w)
{
	static const struct step alone = { "listen", step_listen };
	const struct step *step = &steps[roll(w, sizeof(steps) / sizeof(steps[0]))];
	struct friend *friend = any_friend(w);

	if (!friend)
		step = &alone;
	trace(w, step->name);
	step->take(w, friend);
}

void wanderer(struct joist_actor *self, joist_term args)
{
	struct wanderer *w = joist_alloc(self, sizeof(*w));
	joist_pid parent = joist_parent(self);
	int64_t step_count;

	w->self = self;
	if (!joist_match(args, "{Seed, World, Steps, Depth}", &w->dice, &w->world, &step_count,
			 &w->depth))
		joist_exit(self, args);
	joist_send(self, w->world, joist_make(self, "{born, Self}", joist_self(self)));
	if (!joist_pid_equal(parent, w->world))
		befriend(w, parent);
	for (int64_t i = 0; i < step_count; i++)
		take_step(w);
	joist_send(self, w->world, joist_make(self, "{rests, Self}", joist_self(self)));
	for (;;)
		hear(w, joist_receive(self));
}
