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
	struct joist_actor *hand; /* was made to run by `current`, and runs next, in the same slice */
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
	uint32_t lent_count;
	uint32_t io_waits; /* actors that wait for something outside the node */
	struct stack thread_stack; /* the thread's own, for switching back to at the end */

	/* Any thread. */
	struct joist_actor *_Atomic woken; /* actors with frames here that others made run, newest first */
	struct watch watch;
	struct timers timers;
	_Atomic uint64_t running; /* relaxed: pid id of the current actor, for lists */
	pthread_t thread;
};

/* Every node's workers are numbered below this; a reference's number says which one made it. */
#define WORKERS_MAX 256

/* The worker that the calling thread holds; NULL on other threads. Not to be kept over a switch. */
struct worker *worker_current(void);

int worker_init(struct worker *w, struct joist_vm *vm, uint32_t index);
void worker_finish(struct worker *w);

/* The worker's thread: runs actors until the node stops. */
void *worker_main(void *worker);

/* Ends the turn of the worker's current actor, which must have been put where it will be found: picks who
 * runs next, and goes on there. Returns when the actor is run again. */
void worker_switch(struct worker *w);

/* As worker_switch, from a stack that nothing will run on again. */
void worker_switch_for_good(struct worker *w) __attribute__((noreturn));

/* Says that a switch to this stack has just happened. */
struct worker *worker_arrive(void);

/* The actor that the worker shall run next; sleeps until there is one. NULL when the node stops. */
struct joist_actor *worker_next(struct worker *w);

/* Makes `a`, on which the caller has the right, run: soon, on this worker, if it may. `w` is the calling
 * thread's worker, or NULL. */
void worker_make_run(struct joist_vm *vm, struct worker *w, struct joist_actor *a);

/* Puts a new actor where a worker finds it, this one or another. */
void worker_add(struct joist_vm *vm, struct worker *w, struct joist_actor *a);

/* A number for a reference that nothing else has. */
static inline uint64_t worker_number(struct worker *w)
{
	return ++w->number;
}

/* Starts a slice now. */
void worker_slice(struct worker *w);

/* Has somebody who sleeps look for work, if anybody does. */
void worker_offer(struct joist_vm *vm);

#endif
