/* Messages that come later: joist_send_after and joist_send_interval. A timer stays with the worker on
 * which it was started; its reference says which that is, and where it stands there. */
#ifndef JOIST_VM_SCHED_TIMERS_H
#define JOIST_VM_SCHED_TIMERS_H

#include "vm/actor/signal.h"
#include "vm/base/spin.h"
#include "vm/io/wheel.h"

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

/* What a timer does. */
struct timer_what {
	struct signal *message; /* to an actor of this node */
	joist_atom name; /* who has it then is meant instead; zero: nobody else */
	joist_pid owner; /* of this node; an interval ends with it */
};

/* Has that done in `ms` milliseconds, or every `ms`; the reference is made of `number`. Takes the message
 * over. A zero reference when memory is short. */
joist_ref timers_start(struct timers *timers, uint64_t number, const struct timer_what *what,
		       int64_t ms, bool interval);

/* The index of the worker that a timer's reference tells; more than there are for what is none. */
static inline uint32_t timers_worker(joist_ref ref)
{
	return ref.node == 0 && ref.count == 4 ? ref.id[3] : UINT32_MAX;
}

/* Ends it: the milliseconds it had left, or -1. Any thread. */
int64_t timers_cancel(struct timers *timers, joist_ref ref);

/* What is due next, if anything is: its message is the caller's (NULL if a copy could not be made), and
 * `*ret_repeats` the reference of a timer that goes on, else zero. Any thread. */
bool timers_take_due(struct timers *timers, int64_t now_ns, struct timer_what *ret_what,
		     joist_ref *ret_repeats);

/* When timers_take_due has something to do next; INT64_MAX if it has not. */
int64_t timers_next_ns(struct timers *timers);

#endif
