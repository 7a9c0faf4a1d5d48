/* Threads for calls that block: one job each, as many threads as there are jobs, up to a limit.
 *
 * Jobs beyond it queue up, first come, first served. A thread without work ends after some seconds. */
#ifndef JOIST_VM_IO_BLOCKING_H
#define JOIST_VM_IO_BLOCKING_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* One call. Lies in what waits for it, which must stay until `done` is called. */
struct blocking_job {
	void (*run)(void *argument);
	void *argument;
	void (*done)(
		struct blocking_job *job); /* on the same thread; the job may be gone after it */
	struct blocking_job *next; /* in the queue */
};

struct blocking_pool {
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t work; /* there is a job, or it stops */
	pthread_cond_t ended; /* a thread did */
	struct blocking_job *first, **last; /* the queue */
	size_t queued;
	unsigned threads, idle, threads_max;
	unsigned started; /* ever; numbers their names */
	unsigned idle_ms; /* after which a thread without work ends */
	bool stops;
	bool has_past; /* `past` is a thread that has ended, or is just about to, and is not joined */
	pthread_t past;
};

/* A pool without threads yet, which must not move in memory: 0, or -errno. */
int blocking_init(struct blocking_pool *pool, unsigned threads_max);

/* Has `job` run by one of the threads: 0, or -errno if there is none and none can be started, or the
 * pool stops. Any thread. */
int blocking_submit(struct blocking_pool *pool, struct blocking_job *job);

/* Takes `job` out of the queue; false if it runs already or has run. Any thread. */
bool blocking_withdraw(struct blocking_pool *pool, struct blocking_job *job);

/* Whether a job runs or waits to. Any thread. */
bool blocking_is_busy(struct blocking_pool *pool);

/* Takes no more jobs, waits until those that were taken are done and all threads have ended. */
void blocking_finish(struct blocking_pool *pool);

#endif
