/* Threads beyond those that hold the workers. Some wait to hold one, if its thread is left with a turn that
 * takes too long; others, to which the kernel gives what is left over, run such turns from their beginning:
 * see jobs.h. A thread that was left with a turn becomes one of these afterwards. */
#ifndef JOIST_VM_SCHED_POOL_H
#define JOIST_VM_SCHED_POOL_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "vm/base/spin.h"

struct joist_actor;
struct joist_vm;
struct thread;

/* A node has at most this many threads, unless its boot script says something else. */
#define POOL_THREADS_MAX 4096

/* Actors that wait for a thread, the oldest first. */
struct pool_queue {
	struct joist_actor *first, *last;
	uint32_t count;
};

struct pool {
	struct joist_vm *vm;
	void *(*main)(void *thread); /* what a thread is started with */
	sem_t wanted; /* posted when threads are missing: see maker.h */
	_Atomic(struct thread *) made; /* all there ever were; it only grows */
	struct spin lock; /* of all below */
	struct thread *spares; /* wait to hold a worker */
	struct thread *slow; /* wait for a job */
	struct thread *gone; /* what is left of threads that have ended */
	struct pool_queue jobs; /* actors whose turns take long */
	struct pool_queue bound; /* actors that are to have a thread of their own */
	uint32_t made_count, thread_count, slow_count, spare_count;
	uint32_t fresh
		[2]; /* threads, by `slow`, that were made and have not asked for anything yet */
	uint32_t abreast; /* so many jobs run at once, and two more for each that is stuck */
	uint32_t running, stuck;
	uint32_t threads_max;
	uint32_t missed; /* spare threads that could not be made */
	bool stopping;
};

/* NULL when memory is short. `abreast`: so many processors there are for jobs. `threads_max` 0:
 * POOL_THREADS_MAX. */
struct pool *pool_create(struct joist_vm *vm, void *(*main)(void *thread), uint32_t abreast,
			 uint32_t threads_max);

/* Ends and joins the threads, once the actors are gone: but for those that were abandoned, whose number it
 * returns. */
uint32_t pool_stop(struct pool *pool);

/* How many threads run what never may end. */
uint32_t pool_abandoned(struct pool *pool);

/* Has threads that were abandoned give way to those that have yet to come to an end. */
void pool_make_way(struct pool *pool);

/* Frees it, if no thread was abandoned. NULL is fine. */
void pool_destroy(struct pool *pool);

/* A thread that has not been started; NULL when memory is short or there are too many. */
struct thread *pool_make(struct pool *pool, bool slow);

/* Starts it; 0 or -errno, and then it is gone. */
int pool_start(struct pool *pool, struct thread *t);

/* The newest of all threads; the others follow by next_made. */
struct thread *pool_newest(struct pool *pool);

/* Has a thread run the actor, which is in no queue, that will be the actor's own. Any thread of the
 * node. */
void pool_submit_bound(struct pool *pool, struct joist_actor *a);

/* Has the maker look for what is missing. */
void pool_want(struct pool *pool);

/* A thread that waits to hold a worker, or NULL; pool_hold has it hold that. */
struct thread *pool_take_spare(struct pool *pool);
void pool_hold(struct thread *t);

/* Grows when no spare thread can be made: who waits for one then gives up. */
uint32_t pool_missed(struct pool *pool);

/* One more could not be made. */
void pool_miss(struct pool *pool);

/* The thread is about to end. Only the thread itself, or who could not start it. */
void pool_end(struct pool *pool, struct thread *t);

/* ---- with its lock held ---- */

/* Puts the thread where who has something for it finds it; false if there are enough. */
bool pool_keep(struct pool *pool, struct thread *t);

void pool_queue_add(struct pool_queue *queue, struct joist_actor *a);

void pool_queue_remove(struct pool_queue *queue, struct joist_actor *a);

/* The oldest, or NULL. */
struct joist_actor *pool_queue_take(struct pool_queue *queue);

#endif
