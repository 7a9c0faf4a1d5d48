/* A worker: the identity under which actors run, one at a time. It owns a run queue, the frames of the
 * actors that have some, a wheel of deadlines, and a watch on descriptors. A thread (thread.h) holds it,
 * now this one, now that; nothing of it is touched by another thread but what says so.
 *
 * Whoever is to wait picks the next actor itself and switches to its stack: there is no scheduler's
 * stack in between. Actors without frames run on stacks that the worker lends (lent.c). */
#ifndef JOIST_VM_SCHED_WORKER_H
#define JOIST_VM_SCHED_WORKER_H

#include "vm/actor/actor.h"
#include "vm/base/clock.h"
#include "vm/base/rng.h"
#include "vm/io/watch.h"
#include "vm/io/wheel.h"
#include "vm/sched/known.h"
#include "vm/sched/runq.h"
#include "vm/sched/timers.h"

struct doze;
struct joist_vm;
struct thread;

#define SLICE_REDUCTIONS 4000

struct worker {
	struct joist_vm *vm;
	struct thread *thread; /* that holds it */
	bool detached; /* stands in for a worker: a thread's own (detach.h) */
	bool equipped; /* that one has a wheel and a watch (bound.h) */
	struct doze *dozers; /* see doze.h */
	struct joist_actor *hand; /* was made to run by who runs, and is next, in the same slice */
	uint32_t index;
	bool looks; /* for work, before it sleeps (idle.c) */
	bool takes_lone; /* one that waits alone at another worker has done so for a while */
	uint8_t asked; /* how often somebody wanted to know the time */
	uint64_t slice_ends; /* by clock_cycles */
	uint64_t poll_next; /* likewise: when to look at descriptors and timers again */
	struct stack *lent; /* stacks to lend, ready to run */
	uint64_t number; /* of the last reference */
	struct joist_actor *nest; /* see nest.h */
	struct joist_actor **nest_end; /* of the children of who runs in `nest_turn` */
	uint32_t nest_turn;
	struct runq queue;
	struct wheel deadlines; /* of actors that are parked here */
	struct known known;
	struct table_shelf pids; /* while it is not detached */
	struct rng rng;
	void (*lent_start)(void); /* what runs at the base of each */
	/* Another stack for an actor without frames to begin on; NULL: one that is lent. */
	struct stack *(*own_stack)(struct worker *w, const struct joist_actor *a);
	uint32_t lent_count;
	struct stack_shelf loops; /* stacks for loops */
	uint32_t io_waits; /* actors that wait for something outside the node */
	_Atomic uint64_t running; /* relaxed: pid id of who runs, for lists, on any thread */

	/* Any thread; on a line of cache apart from what is written at each turn. */
	char apart[64];
	struct joist_actor
		*_Atomic woken; /* actors with frames here that others made run, newest first */
	struct watch watch;
	struct timers timers;
};

int worker_init(struct worker *w, struct joist_vm *vm, uint32_t index);
void worker_finish(struct worker *w);

/* From where actors that start or end here have their pids; NULL: from where all have them. */
static inline struct table_shelf *worker_pids(struct worker *w)
{
	return w && !w->detached ? &w->pids : NULL;
}

/* A number for a reference that nothing else has. */
static inline uint64_t worker_number(struct worker *w)
{
	return ++w->number;
}

#endif
