/* Turns of handlers, and the one way into plugin code. Runs on the actor's stack, by its worker. */
#include "vm/sched/turn.h"

#include "vm/actor/switch.h"
#include "vm/base/bug.h"
#include "vm/sched/death.h"
#include "vm/sched/deliver.h"
#include "vm/sched/spawn.h"

void turn_begin(struct worker *w, struct joist_actor *a)
{
	a->worker = w;
	a->stack = w->stack;
	a->state_ = ACTOR_RUNNING;
	w->current = a;
	/* relaxed: for lists of actors */
	atomic_store_explicit(&w->running, a->id, memory_order_relaxed);
}

bool turn_enter(struct joist_actor *a, void (*f)(void *, void *, uint64_t), void *b, uint64_t c)
{
	void *outer = a->stack->home;
	struct cover *covers = a->stack->covers;

	a->stack->covers = NULL;
	bool left = switch_enter(&a->stack->home, f, a, b, c);
	a->stack->home = outer;
	a->stack->covers = covers;
	return left;
}

/* Undoes what the frames that are being left had begun. */
static void uncover(struct joist_actor *a)
{
	struct cover *cover;

	while ((cover = a->stack->covers)) {
		a->stack->covers = cover->outer;
		cover->run(cover->argument);
	}
	a->waits_for = 0;
	if (a->answer)
		signal_free(a->answer);
	a->answer = NULL;
}

void turn_leave(struct joist_actor *a)
{
	uncover(a);
	annotate_unwind();
	a->stack->left = true;
	switch_leave(a->stack->home);
}

void turn_end_by(struct joist_actor *a, enum actor_end kind, struct signal *reason)
{
	if (a->end) {
		signal_free(reason);
		return;
	}
	a->end = reason;
	a->end_kind = (uint8_t)kind;
}

void turn_exit(struct joist_actor *a, struct signal *reason)
{
	turn_end_by(a, END_EXIT, reason);
	turn_leave(a);
}

void turn_yield(struct joist_actor *a)
{
	struct worker *w = a->worker;

	a->state_ = ACTOR_READY;
	runq_push(&w->queue, a);
	w->reductions = 0; /* a hand does not run on in a slice that is spent */
	worker_switch(w);
	if (deliver(a))
		turn_leave(a);
}

static void call_start(void *actor, void *args, uint64_t unused)
{
	struct joist_actor *a = actor;

	(void)unused;
	a->export->handler.start(a, a->state, (joist_term){ (uint64_t)(uintptr_t)args });
}

static void call_message(void *actor, void *message, uint64_t unused)
{
	struct joist_actor *a = actor;

	(void)unused;
	a->export->handler.message(a, a->state, (joist_term){ (uint64_t)(uintptr_t)message });
}

static void first_turn(struct worker *w, struct joist_actor *a)
{
	joist_term args = a->start ? a->start->term : TERM_NIL;

	if (turn_enter(a, call_start, (void *)(uintptr_t)args.word, 0))
		return;
	if (a->start)
		signal_free(a->start);
	a->start = NULL;
	spawn_tell_started(w, a);
}

static void message_turn(struct joist_actor *a)
{
	struct signal *message = deliver_take(a);

	a->worker->reductions--;
	turn_enter(a, call_message, (void *)(uintptr_t)message->term.word, 0);
}

/* Whether the actor may go on in this slice; if not, it stands in the queue. */
static bool goes_on(struct worker *w, struct joist_actor *a)
{
	if (w->reductions > 0)
		return true;
	a->stack = NULL;
	a->state_ = ACTOR_RESTING;
	w->current = NULL;
	runq_push(&w->queue, a);
	return false;
}

/* Runs one turn, if there is a message; false if there is none. */
static bool one_turn(struct worker *w, struct joist_actor *a)
{
	if (!a->started)
		first_turn(w, a);
	else if (a->first)
		message_turn(a);
	else
		return false;
	a->started = true;
	actor_end_turn(a);
	return true;
}

void turn_run(struct worker *w, struct joist_actor *a)
{
	turn_begin(w, a);
	for (;;) {
		if (deliver(a)) {
			death_run(w, a);
			return;
		}
		if (one_turn(w, a)) {
			if (!a->end && !goes_on(w, a))
				return;
			continue;
		}
		struct entry *entry = a->entry;
		a->stack = NULL;
		a->state_ = ACTOR_RESTING;
		w->current = NULL;
		if (inbox_rest(entry))
			return; /* it may run elsewhere by now */
		turn_begin(w, a);
	}
}
