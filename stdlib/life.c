/* The life of a server or state machine: each message is one call of ops->handle, followed by what that
 * asked for: an end, a continuation, messages that were put aside. Runs on the actor's own turns only. */
#include "life.h"

#include "sys.h"

/* One callback, and the ends and continuations that it asked for. */
static void life_handle(struct joist_actor *self, const struct gen_ops *ops, void *state,
			struct gen_turn *turn, const struct gen_event *event)
{
	struct gen_event next = *event;

	for (;;) {
		turn->from = next.from;
		turn->next = (joist_term){ 0 };
		ops->handle(self, state, &next);
		if (!joist_is_none(turn->stop))
			joist_exit(self, turn->stop);
		if (joist_is_none(turn->next))
			return;
		next = (struct gen_event){ .kind = GEN_CONTINUE, .content = turn->next };
	}
}

static void life_timeout(struct joist_actor *self, const struct gen_ops *ops, void *state,
			 struct gen *gen, uint64_t serial)
{
	struct gen_event event = { .kind = GEN_TIMEOUT };
	struct timeout *timeout = gen->extra ? timeout_take(&gen->extra->timeouts, serial) : NULL;

	if (!timeout)
		return;
	timeout_clear(self, &gen->extra->timeouts, TIMEOUT_EVENT, UINT64_MAX);
	gen->turn->message = (joist_term){ 0 };
	event.timeout = timeout;
	event.content = timeout->content;
	life_handle(self, ops, state, gen->turn, &event);
	timeout_free(self, timeout);
}

static bool life_is_parent_exit(struct joist_actor *self, joist_term message,
				joist_term *ret_reason)
{
	joist_pid pid;

	return joist_match(message, "{'EXIT', Pid, Reason}", &pid, ret_reason) &&
	       joist_pid_equal(pid, joist_parent(self));
}

/* What an author sees as an event. */
static void life_event(struct joist_actor *self, const struct gen_ops *ops, void *state,
		       struct gen *gen, joist_term message, const struct gen_event *event)
{
	gen->turn->message = message;
	gen->turn->stashed = false;
	if (gen->extra)
		timeout_clear(self, &gen->extra->timeouts, TIMEOUT_EVENT, UINT64_MAX);
	life_handle(self, ops, state, gen->turn, event);
}

/* Whether the message is a call or a cast, which most are: so it is asked first. */
static bool life_is_request(joist_term message, struct gen_event *ret_event)
{
	if (joist_match(message, "{'$gen_call', From, Request}", &ret_event->from,
			&ret_event->content))
		ret_event->kind = GEN_CALL;
	else if (joist_match(message, "{'$gen_cast', Content}", &ret_event->content))
		ret_event->kind = GEN_CAST;
	return ret_event->kind != GEN_INFO;
}

/* A message of any kind, from the mailbox or put aside before. */
static void life_dispatch(struct joist_actor *self, const struct gen_ops *ops, void *state,
			  struct gen *gen, joist_term message)
{
	struct gen_event event = { .kind = GEN_INFO, .content = message };
	bool request = life_is_request(message, &event);
	joist_term from, asked, reason;
	uint64_t serial;

	if (!request && joist_match(message, "{system, From, Request}", &from, &asked))
		sys_answer(self, ops, state, from, asked);
	else if (!request && life_is_parent_exit(self, message, &reason))
		joist_exit(self, reason);
	else if (gen->extra && gen->extra->suspended)
		stash_add(self, &gen->extra->ready, message);
	else if (!request && joist_match(message, "{'$timeout', Serial}", &serial))
		life_timeout(self, ops, state, gen, serial);
	else
		life_event(self, ops, state, gen, message, &event);
}

/* What comes before the mailbox: init's continuation, then what was put aside and is wanted again. */
static void life_catch_up(struct joist_actor *self, const struct gen_ops *ops, void *state,
			  struct gen *gen)
{
	struct gen_extra *extra = gen->extra;
	joist_term kept = extra->next;

	if (extra->suspended)
		return;
	if (!joist_is_none(kept)) {
		extra->next = (joist_term){ 0 };
		life_handle(self, ops, state, gen->turn,
			    &(struct gen_event){ .kind = GEN_CONTINUE, .content = kept });
		joist_drop(self, kept);
	}
	while (!extra->suspended && !joist_is_none(kept = stash_take(&extra->ready))) {
		joist_bump(self, 1);
		life_dispatch(self, ops, state, gen, kept);
		joist_drop(self, kept);
	}
}

void life_start(struct joist_actor *self, const struct gen_ops *ops, void *state, joist_term args)
{
	struct gen *gen = gen_of(self);
	struct gen_turn turn = { 0 };

	gen->turn = &turn;
	ops->init(self, state, args);
	if (!joist_is_none(turn.stop))
		joist_exit(self, turn.stop);
	gen->initialised = true;
	gen->turn = NULL;
	if (joist_is_none(turn.next))
		return;
	/* The start must be over, for joist_start, before the continuation runs: so it waits for the
	 * first message, and this one, of no time-out, sees to it that there is one. */
	gen_extra_of(self)->next = joist_keep(self, turn.next);
	joist_send(self, joist_self(self), joist_make(self, "{'$timeout', 0}"));
}

void life_message(struct joist_actor *self, const struct gen_ops *ops, void *state,
		  joist_term message)
{
	struct gen *gen = gen_of(self);
	struct gen_turn turn = { 0 };

	gen->turn = &turn;
	if (gen->extra)
		life_catch_up(self, ops, state, gen);
	life_dispatch(self, ops, state, gen, message);
	if (gen->extra)
		life_catch_up(self, ops, state, gen);
	gen->turn = NULL;
}

void life_stop(struct joist_actor *self, const struct gen_ops *ops, void *state, joist_term reason)
{
	struct gen *gen = gen_of(self);
	struct gen_turn turn = { 0 };

	if (!gen->initialised)
		return;
	gen->turn = &turn;
	ops->terminate(self, state, reason);
}
