/* Deadlines of actors that are parked, in their worker's wheel. Each lies in the frame of who waits. */
#ifndef JOIST_VM_SCHED_DEADLINE_H
#define JOIST_VM_SCHED_DEADLINE_H

#include "vm/sched/worker.h"

#define DEADLINE_NEVER INT64_MAX
#define DEADLINE_NOW 0 /* is over: nobody needs to look at a clock */

struct deadline {
	struct wheel_timer timer;
	struct joist_actor *actor;
	bool reached;
};

/* The time, by clock_now_ns, that is `timeout_ms` above 0 from now. */
int64_t deadline_in(int64_t timeout_ms);

/* The same; JOIST_INFINITY: DEADLINE_NEVER, 0: DEADLINE_NOW. */
static inline int64_t deadline_after(int64_t timeout_ms)
{
	if (timeout_ms <= 0)
		return timeout_ms ? DEADLINE_NEVER : DEADLINE_NOW;
	return deadline_in(timeout_ms);
}

/* Makes actors run whose deadline is reached. Only on the worker's thread. */
void deadline_expire(struct worker *w, int64_t now_ns);

#endif
