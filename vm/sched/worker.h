/* A worker: the identity under which actors run, one at a time. It owns a run queue, the frames of the
 * actors that have some, a wheel of deadlines, and a watch on descriptors. A thread holds it; nothing of
 * it is touched by another thread but what says so.
 *
 * Whoever is to wait picks the next actor itself and switches to its stack: there is no scheduler's
 * stack in between. Actors without frames run on stacks that the worker lends (lent.c). */
#ifndef JOIST_VM_SCHED_WORKER_H
#define JOIST_VM_SCHED_WORKER_H

#include <pthread.h>

#include "vm/actor/actor.h"
#include "vm/base/clock.h"
#include "vm/base/rng.h"
#include "vm/io/watch.h"
#include "vm/io/wheel.h"
#include "vm/sched/runq.h"
#include "vm/sched/timers.h"

struct joist_vm;

#define SLICE_REDUCTIONS 4000

struct worker {
	struct joist_vm *vm;
	struct joist_actor *current; /* runs; NULL between turns */
	struct joist_actor
		*hand; /* was made to run by `current`, and runs next, in the same slice */
	struct joist_actor *pending; /* the lent stack that is being switched to shall run it */
	int32_t reductions; /* left in the slice */
	uint32_t index;
	uint64_t slice_ends; /* by clock_cycles */
	uint64_t poll_next; /* likewise: when to look at descriptors and timers again */
	struct stack *stack; /* what it runs on */
	struct stack *lent; /* stacks to lend, ready to run */
	struct stack *retired; /* was left for good by who runs now */
	uint64_t number; /* of the last reference */
	struct runq queue;
	struct wheel deadlines; /* of actors that are parked here */
	struct rng rng;
	void (*lent_start)(void); /* what runs at the base of each */
	uint32_t lent_count;
	uint32_t io_waits; /* actors that wait for something outside the node */
	struct stack thread_stack; /* the thread's own, for switching back to at the end */

	/* Any thread. */
	struct joist_actor
		*_Atomic woken; /* actors with frames here that others made run, newest first */
	struct watch watch;
	struct timers timers;
	_Atomic uint64_t running; /* relaxed: pid id of the current actor, for lists */
	pthread_t thread;
};

/* Every node's workers are numbered below this; a reference's number says which one made it. */
#define WORKERS_MAX 256

/* The worker that the calling thread holds; NULL on other threads. Not to be kept over a switch. */
struct worker *worker_current(void);

/* The calling thread holds `w` from now on. */
void worker_hold(struct worker *w);

int worker_init(struct worker *w, struct joist_vm *vm, uint32_t index);
void worker_finish(struct worker *w);

/* A number for a reference that nothing else has. */
static inline uint64_t worker_number(struct worker *w)
{
	return ++w->number;
}

/* Makes `a` the worker's current actor, on the stack that the worker runs on. */
void worker_begin(struct worker *w, struct joist_actor *a);

/* Charges the current actor for time: a slice that has lasted too long is spent. Asked once per turn of an
 * actor that goes on with another. */
static inline void worker_charge_time(struct worker *w)
{
	if (clock_cycles() >= w->slice_ends)
		w->reductions = 0;
}

/* Starts a slice now. */
void worker_slice(struct worker *w);

#endif
