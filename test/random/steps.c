/* What random actors do. Each step is drawn by the actor's own dice, and with it what it is done to. */
#include "test/random/wanderer.h"

#define NAMES 8

static const char *const names[NAMES] = { "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7" };

static uint64_t roll(struct wanderer *w, uint64_t sides)
{
	return dice_roll(&w->dice, sides);
}

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
		wanderer_complain(w, "an answer to another question");
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
	pid = joist_spawn_with(w->self, roll(w, 2) ? "random:wanderer" : "random:resident", args,
			       &options, &ref);
	if (options.monitor)
		watch(w, ref, pid);
	wanderer_meet(w, pid);
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
		wanderer_meet(w, pid);
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
	for (int64_t i = 0, ms = (int64_t)roll(w, 2); i < 30; i++, ms = 0) {
		if (w->resides && !joist_receive_match(w->self, ms, "Message", &message))
			return;
		if (!w->resides)
			message = joist_receive_timeout(w->self, ms);
		if (joist_is_none(message))
			return;
		wanderer_hear(w, message);
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

/* Keeps the processor for some milliseconds, rarely, without a word to the node. */
static void step_toil(struct wanderer *w, struct friend *friend)
{
	volatile uint32_t left = roll(w, 40) == 0 ? 3000000 : 3000;

	(void)friend;
	while (left > 0)
		left = left - 1;
}

static void step_end(struct wanderer *w, struct friend *friend)
{
	(void)friend;
	if (roll(w, 24) == 0)
		joist_exit(w->self, any_reason(w));
}

static void step_crash(struct wanderer *w, struct friend *friend)
{
	(void)friend;
	if (roll(w, 24) == 0)
		__builtin_trap();
}

struct step {
	const char *name;
	void (*take)(struct wanderer *w, struct friend *friend);
};

/* Steps that are listed twice are taken twice as often. */
static const struct step steps[] = {
	{ "send", step_send },
	{ "send", step_send },
	{ "send_many", step_send_many },
	{ "introduce", step_introduce },
	{ "introduce", step_introduce },
	{ "link", step_link },
	{ "link", step_link },
	{ "unlink", step_unlink },
	{ "monitor", step_monitor },
	{ "monitor", step_monitor },
	{ "demonitor", step_demonitor },
	{ "exit_to", step_exit_to },
	{ "look", step_look },
	{ "call", step_call },
	{ "spawn", step_spawn },
	{ "name", step_name },
	{ "use_name", step_use_name },
	{ "timer", step_timer },
	{ "alias", step_alias },
	{ "trap", step_trap },
	{ "trap", step_trap },
	{ "listen", step_listen },
	{ "listen", step_listen },
	{ "listen", step_listen },
	{ "yield", step_yield },
	{ "toil", step_toil },
	{ "end", step_end },
	{ "crash", step_crash },
};

void steps_take(struct wanderer *w)
{
	static const struct step alone = { "listen", step_listen };
	const struct step *step = &steps[roll(w, sizeof(steps) / sizeof(steps[0]))];
	struct friend *friend = any_friend(w);

	if (!friend)
		step = &alone;
	wanderer_trace(w, step->name);
	step->take(w, friend);
}
