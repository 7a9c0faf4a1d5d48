/* Threads beyond those that hold the workers. Some wait to hold one, if its thread is left with a turn that
 * takes too long; others, to which the kernel gives what is left over, run such turns from their beginning:
 * the pool's jobs. A thread that was left with a turn becomes one of these afterwards. */
#ifndef JOIST_VM_SCHED_POOL_H
#define JOIST_VM_SCHED_POOL_H

#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>

#include "vm/base/spin.h"

struct joist_actor;
struct joist_vm;
struct thread;

/* A node has at most this many threads, unless its boot script says something else. */
#define POOL_THREADS_MAX 4096

struct pool {
	struct joist_vm *vm;
	void *(*main)(void *thread); /* what a thread is started with */
	sem_t wanted; /* posted when pool_grow is to be called */
	struct spin lock; /* of all below */
	struct thread *made; /* all there ever were; it only grows */
	struct thread *spares; /* wait to hold a worker */
	struct thread *slow; /* wait for a job */
	struct thread *gone; /* what is left of threads that have ended */
	struct joist_actor *jobs, *last_job;
	uint32_t job_count, made_count, thread_count, slow_count, spare_count;
	uint32_t fresh_count; /* threads that were made for jobs and are about to ask for one */
	uint32_t threads_max;
	uint32_t missed; /* spare threads that could not be made */
	bool stopping;
};

/* NULL when memory is short. `threads_max` 0: POOL_THREADS_MAX. */
struct pool *pool_create(struct joist_vm *vm, void *(*main)(void *thread), uint32_t threads_max);

/* Ends and joins the threads, once the actors are gone: but for those that were abandoned, whose number it
 * returns. */
uint32_t pool_stop(struct pool *pool);

/* How many threads run what never may end. */
uint32_t pool_abandoned(struct pool *pool);

/* Frees it, if no thread was abandoned. NULL is fine. */
void pool_destroy(struct pool *pool);

/* A thread that has not been started; NULL when memory is short or there are too many. */
struct thread *pool_make(struct pool *pool, bool slow);

/* Starts it; 0 or -errno, and then it is gone. */
int pool_start(struct pool *pool, struct thread *t);

/* Has a thread of the pool run the actor, which is in no queue: a quick one, if possible, that will be its
 * own, or one for what takes long. Any thread of the node. */
void pool_submit(struct pool *pool, struct joist_actor *a, bool quick);

/* Has the monitor call pool_grow. */
void pool_want(struct pool *pool);

/* A thread that waits to hold a worker, or NULL; pool_hold has it hold that. */
struct thread *pool_take_spare(struct pool *pool);
void pool_hold(struct thread *t);

/* Grows when no spare thread can be made: who waits for one then gives up. */
uint32_t pool_missed(struct pool *pool);

/* Makes the threads that are missing: a spare one, and one for each job. Only the monitor. */
void pool_grow(struct pool *pool);

/* Waits for something to do: a worker in t->worker, or a job in t->job. False: there is nothing, and the
 * thread is to end. Only the thread itself. */
bool pool_wait(struct pool *pool, struct thread *t);

#endif
