/* Turns of handlers, and the one way into plugin code. Runs on the actor's stack, by its worker. */
#include "vm/sched/turn.h"

#include "vm/actor/switch.h"
#include "vm/base/bug.h"
#include "vm/sched/alarms.h"
#include "vm/sched/bound.h"
#include "vm/sched/change.h"
#include "vm/sched/conversion.h"
#include "vm/sched/death.h"
#include "vm/sched/deliver.h"
#include "vm/sched/detach.h"
#include "vm/sched/mailbox.h"
#include "vm/sched/slice.h"
#include "vm/sched/spawn.h"
#include "vm/sched/thread.h"
#include "vm/sched/trampoline.h"
#include "vm/sched/wake.h"
#include "vm/term/bin.h"

static void call_start(void *actor, void *args, uint64_t unused)
{
	struct joist_actor *a = actor;

	(void)unused;
	a->export->handler.start(a, actor_state(a), (joist_term){ (uint64_t)(uintptr_t)args });
}

static void call_message(void *actor, void *message, uint64_t unused)
{
	struct joist_actor *a = actor;

	(void)unused;
	a->export->handler.message(a, actor_state(a), (joist_term){ (uint64_t)(uintptr_t)message });
}

static void first_turn(struct joist_actor *a)
{
	joist_term args = a->start ? a->start->term : TERM_NIL;

	if (trampoline_enter(a, call_start, (void *)(uintptr_t)args.word, 0))
		return;
	if (a->start)
		signal_free(a->start);
	a->start = NULL;
	spawn_tell_started(a->worker, a);
}

static void message_turn(struct joist_actor *a)
{
	struct signal *message = mailbox_take(a);

	a->stack->thread->reductions--;
	a->reductions++;
	thread_count_turn(a->stack->thread);
	if (!trampoline_enter(a, call_message, (void *)(uintptr_t)message->term.word, 0) &&
	    !a->worker->detached)
		a->proved = true;
}

static void rest(struct worker *w, struct joist_actor *a)
{
	a->stack = NULL;
	a->worker = thread_home(w);
	a->state_ = ACTOR_RESTING;
	thread_end(w);
}

/* Whether the actor may go on in this slice; if not, it stands in a queue. */
static bool goes_on(struct joist_actor *a)
{
	struct worker *w = a->worker;

	if (!a->first && !inbox_has(a->entry))
		return true; /* it will rest */
	if (w->detached) {
		if (a->threaded || detach_goes_on(w, a))
			return true;
	} else {
		slice_charge_time(w);
		if (w->thread->reductions > 0)
			return true;
	}
	rest(w, a);
	if (w->detached)
		detach_hand_back(w, a);
	else
		runq_push(&w->queue, a);
	return false;
}

static void call_after_turn(void *actor, void *unused, uint64_t unused_too)
{
	struct joist_actor *a = actor;

	(void)unused, (void)unused_too;
	a->extra->after_turn(a);
}

bool turn_settle_slowly(struct joist_actor *a)
{
	return !a->end && a->extra->falls != bins_falls() &&
	       trampoline_enter(a, call_after_turn, NULL, 0);
}

/* Runs one turn, if there is a message; false if there is none. */
static bool one_turn(struct joist_actor *a)
{
	if (!a->started)
		first_turn(a);
	else if (a->first)
		message_turn(a);
	else
		return false;
	actor_end_turn(a);
	turn_settle(a);
	alarms_look_at_memory(a->worker->vm, a, 0);
	return true;
}

/* The stack that it is on stays with an actor that has a thread of its own. */
static void rest_on_thread(struct worker *w, struct joist_actor *a)
{
	a->state_ = ACTOR_PARKED;
	a->was_waiting = true;
	if (inbox_rest(a->entry))
		bound_wait(w, a);
	else
		a->state_ = ACTOR_RUNNING;
}

/* Whether the actor's next turn is for another thread, and that has it now. */
static bool leaves(struct joist_actor *a)
{
	struct worker *w = a->worker;

	if (w->detached || !(detach_expected(a) || a->threaded) || !(a->first || !a->started))
		return false;
	rest(w, a);
	if (detach_begins(w, a))
		return true;
	thread_begin(w, a);
	return false;
}

void turn_run(struct worker *w, struct joist_actor *a)
{
	thread_begin(w, a);
	if (UNLIKELY(a->converts))
		conversion_fell(a);
	for (;;) {
		if (deliver(a)) {
			death_run(a);
			return;
		}
		a->was_waiting = false;
		bool holds = change_look(a);
		if (a->end)
			continue;
		if (!holds && leaves(a))
			return;
		if (!holds && one_turn(a)) {
			if (!a->end && !goes_on(a))
				return;
			continue;
		}
		struct entry *entry = a->entry;
		w = a->worker;
		if (a->threaded && w->detached && detach_return(a)) {
			rest_on_thread(w, a);
			continue;
		}
		rest(w, a);
		a->was_waiting = true;
		if (inbox_rest(entry))
			return; /* it may run elsewhere by now */
		thread_begin(w, a);
	}
}
