/* Deadlines. Only the worker's own thread enters. */
#include "vm/sched/deadline.h"

#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/sched/wake.h"
#include "vm/sched/worker.h"

int64_t deadline_in(int64_t timeout_ms)
{
	int64_t ns;

	if (__builtin_mul_overflow(timeout_ms, INT64_C(1000000), &ns) ||
	    __builtin_add_overflow(ns, clock_now_ns(), &ns))
		return DEADLINE_NEVER;
	return ns;
}

void deadline_expire(struct worker *w, int64_t now_ns)
{
	struct wheel_timer *timer;

	while ((timer = wheel_expire(&w->deadlines, now_ns))) {
		struct deadline *d = container_of(timer, struct deadline, timer);
		d->reached = true;
		if (wake_claim(w, d->actor))
			wake(w->vm, w, d->actor);
	}
}
