/* Rogues: actors that act again and again, as long as there is noise, and otherwise only answer. They are
 * servers and loops; the turns of some, the brutes, take long. Arguments are {Slot, Deeds, Depth}. */
#include "test/soak/rogue.h"

static void hear_down(struct rogue *r, joist_ref ref)
{
	for (size_t i = 0; i < r->watch_count; i++)
		if (joist_ref_equal(r->watches[i], ref)) {
			r->watches[i] = r->watches[--r->watch_count];
			return;
		}
	soak_finding(r->self, "a rogue got a DOWN of no monitor");
}

static void act(struct rogue *r)
{
	if (!soak_is_noisy())
		return;
	if (r->deeds_left == 0)
		joist_exit(r->self, joist_make(r->self, "normal"));
	r->deeds_left -= r->deeds_left > 0;
	deeds_do(r);
}

static void hear(struct rogue *r, joist_term message)
{
	joist_ref ref;

	soak_count(&soak.messages);
	if (joist_is_atom(message, "act"))
		act(r);
	else if (joist_match(message, "{'DOWN', Ref, process, _, _}", &ref))
		hear_down(r, ref);
}

static void begin(struct rogue *r, struct joist_actor *self, joist_term args)
{
	r->self = self;
	if (!joist_match(args, "{Slot, Deeds, Depth}", &r->slot, &r->deeds_left, &r->depth))
		joist_exit(self, args);
	r->dice = soak_dice(r->slot);
	if (r->slot >= 0) {
		soak_count(&soak.starts);
		victims_enlist(self, r->slot);
	}
	int64_t pause = 1 + (int64_t)dice_roll(&r->dice, (uint64_t)(2 * soak.pause_ms));
	r->timer = joist_send_interval(self, pause, joist_self(self), joist_make(self, "act"));
}

/* ---- servers ---- */

static void init(struct joist_actor *self, void *state, joist_term args)
{
	begin(state, self, args);
}

static void init_brute(struct joist_actor *self, void *state, joist_term args)
{
	((struct rogue *)state)->toils = true;
	begin(state, self, args);
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	(void)self, (void)state;
	return request;
}

static void info(struct joist_actor *self, void *state, joist_term message)
{
	(void)self;
	hear(state, message);
}

static void terminate(struct joist_actor *self, void *state, joist_term reason)
{
	struct rogue *r = state;

	(void)self, (void)reason;
	if (r->toils && dice_roll(&r->dice, 10) == 0)
		toil(&r->dice);
}

const struct joist_server rogue = {
	.state_size = sizeof(struct rogue),
	.init = init,
	.call = call,
	.info = info,
};

const struct joist_server brute = {
	.state_size = sizeof(struct rogue),
	.init = init_brute,
	.call = call,
	.info = info,
	.terminate = terminate,
};

/* ---- loops ---- */

static void loop(struct joist_actor *self, joist_term args, bool toils)
{
	struct rogue *r = joist_alloc(self, sizeof(*r));

	r->loops = true;
	r->toils = toils;
	begin(r, self, args);
	for (;;) {
		joist_term message = joist_receive(self), from, request;

		if (joist_match(message, "{'$gen_call', From, Request}", &from, &request))
			joist_reply(self, from, request);
		else
			hear(r, message);
	}
}

void rogue_loop(struct joist_actor *self, joist_term args)
{
	loop(self, args, false);
}

void brute_loop(struct joist_actor *self, joist_term args)
{
	loop(self, args, true);
}
