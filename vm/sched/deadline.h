/* Deadlines of actors that are parked, in their worker's wheel. Each lies in the frame of who waits. */
#ifndef JOIST_VM_SCHED_DEADLINE_H
#define JOIST_VM_SCHED_DEADLINE_H

#include "vm/sched/worker.h"

#define DEADLINE_NEVER INT64_MAX

struct deadline {
	struct wheel_timer timer;
	struct joist_actor *actor;
	bool reached;
};

/* The time, by clock_now_ns, that is `timeout_ms` from now; JOIST_INFINITY: DEADLINE_NEVER. */
int64_t deadline_after(int64_t timeout_ms);

/* Makes actors run whose deadline is reached. Only on the worker's thread. */
void deadline_expire(struct worker *w, int64_t now_ns);

#endif
