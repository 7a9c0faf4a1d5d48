/* Messages that come later: joist_send_after and joist_send_interval. A timer stays with the worker on
 * which it was started; its reference says which that is, and where it stands there. */
#ifndef JOIST_VM_SCHED_TIMERS_H
#define JOIST_VM_SCHED_TIMERS_H

#include "vm/actor/signal.h"
#include "vm/base/spin.h"
#include "vm/io/wheel.h"

struct worker;
struct timer;

struct timers {
	struct spin lock; /* of all below */
	struct wheel wheel;
	struct timer **chunks;
	uint32_t chunk_count, used; /* places that have been used */
	struct timer *spare;
	uint32_t worker_index;
};

void timers_init(struct timers *timers, uint32_t worker_index);
void timers_finish(struct timers *timers);

/* Has `message` (a copy of it for an interval, whose owner is `owner`) sent to `to`, or to who then has
 * the name `name`, in `ms` milliseconds. Takes `message` over. A zero reference when memory is short. */
joist_ref timers_start(struct worker *w, joist_pid to, joist_atom name, struct signal *message,
		       int64_t ms, bool interval, joist_pid owner);

/* Ends it: the milliseconds it had left, or -1. From any worker of the node. */
int64_t timers_cancel(struct worker *w, joist_ref ref);

/* Sends what is due. Only on the worker's own thread. */
void timers_expire(struct worker *w, int64_t now_ns);

/* When timers_expire has something to do next; INT64_MAX if it has not. */
int64_t timers_next_ns(struct timers *timers);

#endif
