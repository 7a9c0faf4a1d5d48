/* Waiting in mid-turn. Runs on the actor's stack, by its worker; deadlines are in the worker's wheel, and
 * lie in the frame of who waits. */
#include "vm/sched/park.h"

#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/sched/death.h"
#include "vm/sched/deliver.h"
#include "vm/sched/lent.h"
#include "vm/sched/turn.h"

struct deadline {
	struct wheel_timer timer;
	struct joist_actor *actor;
	bool reached;
};

int64_t park_deadline(int64_t timeout_ms)
{
	int64_t ns;

	if (timeout_ms < 0 || __builtin_mul_overflow(timeout_ms, INT64_C(1000000), &ns) ||
	    __builtin_add_overflow(ns, clock_now_ns(), &ns))
		return PARK_FOREVER;
	return ns;
}

/* Gives the processor away until somebody makes the actor run. */
static void wait(struct joist_actor *a)
{
	struct worker *w = a->worker;

	a->was_waiting = true;
	a->state_ = ACTOR_PARKED;
	if (inbox_rest(a->entry))
		worker_switch(w);
	else
		a->state_ = ACTOR_RUNNING;
}

/* A handler that parks takes its lent stack with it: the worker needs another. */
static void keep_worker_going(struct joist_actor *a)
{
	if (!lent_reserve(a->worker)) {
		a->woken = false;
		turn_exit(a, &death_system_limit);
	}
}

bool park_firmly(struct joist_actor *a, int64_t deadline_ns)
{
	struct deadline d = { .actor = a };

	keep_worker_going(a);
	if (deadline_ns != PARK_FOREVER) {
		if (deadline_ns <= clock_now_ns())
			return false;
		wheel_set(&a->worker->deadlines, &d.timer, deadline_ns);
	}
	if (!a->woken)
		wait(a);
	wheel_clear(&a->worker->deadlines, &d.timer);
	deliver(a);
	return !d.reached || a->woken;
}

bool park(struct joist_actor *a, int64_t deadline_ns)
{
	bool in_time = park_firmly(a, deadline_ns);

	if (deliver(a))
		turn_leave(a);
	return in_time;
}

void park_wake(struct joist_actor *a)
{
	a->woken = true;
	if (inbox_claim(a->entry))
		worker_make_run(a->worker->vm, a->worker, a);
}

struct signal *park_for_answer(struct joist_actor *a, uint64_t number, int64_t deadline_ns)
{
	struct signal *s;

	a->waits_for = number;
	deliver(a);
	while (!a->answer && park(a, deadline_ns))
		a->woken = false;
	a->waits_for = 0;
	a->woken = false;
	s = a->answer;
	a->answer = NULL;
	if (s) {
		s->next = a->stack->taken;
		a->stack->taken = s;
	}
	return s;
}

void park_expire(struct worker *w, int64_t now_ns)
{
	struct wheel_timer *timer;

	while ((timer = wheel_expire(&w->deadlines, now_ns))) {
		struct deadline *d = container_of(timer, struct deadline, timer);
		d->reached = true;
		if (inbox_claim(d->actor->entry))
			worker_make_run(w->vm, w, d->actor);
	}
}
