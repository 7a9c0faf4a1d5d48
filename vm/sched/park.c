/* Waiting in mid-turn. Runs on the actor's stack, by its worker; deadlines are in the worker's wheel, and
 * lie in the frame of who waits. */
#include "vm/sched/park.h"

#include <sched.h>

#include "vm/actor/reason.h"
#include "vm/base/bug.h"
#include "vm/sched/bound.h"
#include "vm/sched/deadline.h"
#include "vm/sched/deliver.h"
#include "vm/sched/detach.h"
#include "vm/sched/doze.h"
#include "vm/sched/lent.h"
#include "vm/sched/pass.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"
#include "vm/sched/trampoline.h"

/* Gives the processor away until somebody makes the actor run. */
ALWAYS_INLINE void wait(struct joist_actor *a)
{
	struct worker *w = a->worker;

	a->was_waiting = true;
	a->state_ = ACTOR_PARKED;
	if (!(w->hand && doze_begin(w->dozers, a)) && !inbox_rest(a->entry))
		a->state_ = ACTOR_RUNNING;
	else if (w->detached)
		bound_wait(w, a);
	else
		pass_on(w);
}

/* Waits once. A handler that does takes its lent stack with it: the worker needs another. */
ALWAYS_INLINE void wait_once(struct joist_actor *a)
{
	if (LIKELY(!actor_is_woken(a) && lent_reserve(a->worker)))
		wait(a);
	else if (!actor_is_woken(a))
		sched_yield(); /* nobody else can run here; who wakes the actor is elsewhere */
}

static __attribute__((noinline)) bool wait_until(struct joist_actor *a, int64_t deadline_ns)
{
	struct deadline d = { .actor = a };

	if (deadline_ns == DEADLINE_NOW) {
		a->was_waiting = false;
		return false;
	}
	wheel_set(&a->worker->deadlines, &d.timer, deadline_ns);
	wait_once(a);
	wheel_clear(&a->worker->deadlines, &d.timer);
	deliver(a);
	if (d.reached || actor_is_woken(a))
		a->was_waiting = false;
	return !d.reached || actor_is_woken(a);
}

static inline bool wait_for(struct joist_actor *a, int64_t deadline_ns)
{
	if (deadline_ns != DEADLINE_NEVER)
		return wait_until(a, deadline_ns);
	wait_once(a);
	deliver(a);
	if (actor_is_woken(a))
		a->was_waiting = false;
	return true;
}

bool park_firmly(struct joist_actor *a, int64_t deadline_ns)
{
	detach_return(a);
	return wait_for(a, deadline_ns);
}

bool park(struct joist_actor *a, int64_t deadline_ns)
{
	if (!detach_return(a) || (!actor_is_woken(a) && !lent_reserve(a->worker)))
		trampoline_exit(a, &reason_system_limit);
	bool in_time = wait_for(a, deadline_ns);
	if (deliver(a))
		trampoline_leave(a);
	return in_time;
}

struct signal *park_for_answer(struct joist_actor *a, uint64_t number, int64_t deadline_ns)
{
	struct signal *s;

	a->stack->waits_for = number;
	if (deliver(a)) /* what ends it would not end the wait */
		trampoline_leave(a);
	while (!a->stack->answer && park(a, deadline_ns))
		actor_set_woken(a, false);
	a->stack->waits_for = 0;
	actor_set_woken(a, false);
	s = a->stack->answer;
	a->stack->answer = NULL;
	if (s) {
		s->next = a->stack->taken;
		a->stack->taken = s;
	}
	return s;
}

void park_yield(struct joist_actor *a)
{
	struct worker *w = a->worker;

	if (UNLIKELY(a->keeps_thread) && w->vm->hands_over && detach_return(a)) {
		a->worker->thread->reductions = SLICE_REDUCTIONS;
	} else if (w->detached && detach_goes_on(w, a)) {
		w->thread->reductions = SLICE_REDUCTIONS;
	} else if (w->detached) {
		w->thread->reductions = SLICE_REDUCTIONS;
		detach_return(a);
	} else {
		a->state_ = ACTOR_PARKED;
		runq_push_yielding(&w->queue, a);
		w->thread->reductions = 0; /* a hand does not run on in a slice that is spent */
		pass_on(w);
	}
	if (deliver(a))
		trampoline_leave(a);
}
