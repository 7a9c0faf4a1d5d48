/* The pool of blocking threads: a queue under one lock, whose holders do little.
 *
 * Each thread that ends joins the one that ended before it and leaves itself to be joined, so that at
 * most one ended thread is around, and none when the pool is finished. Threads take no asynchronous
 * signal; the signals of faults stay open, for the node's handler to report. */
#include "vm/io/blocking.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "vm/base/altstack.h"
#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"

enum {
	IDLE_MS = 5000,
	STACK_BYTES = 1 << 20,
};

int blocking_init(struct blocking_pool *pool, unsigned threads_max)
{
	pthread_condattr_t monotonic;
	int error;

	*pool = (struct blocking_pool){ .threads_max = threads_max, .idle_ms = IDLE_MS };
	pool->last = &pool->first;
	pthread_mutex_init(&pool->lock, NULL); /* as the next two, cannot fail on Linux */
	pthread_cond_init(&pool->ended, NULL);
	pthread_condattr_init(&monotonic);
	error = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	if (error == 0)
		error = pthread_cond_init(&pool->work, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return -error;
}

static struct blocking_job *take_first(struct blocking_pool *pool)
{
	struct blocking_job *job = pool->first;

	if (!job)
		return NULL;
	pool->first = job->next;
	if (!pool->first)
		pool->last = &pool->first;
	pool->queued--;
	return job;
}

/* Waits for the queue to fill; false if it stays empty for too long, or the pool stops. */
static bool wait_for_work(struct blocking_pool *pool)
{
	struct timespec until = clock_kernel_in(pool->idle_ms * CLOCK_NS_PER_MS);
	int error = 0;

	pool->idle++;
	while (!pool->first && !pool->stops && error != ETIMEDOUT)
		error = pthread_cond_timedwait(&pool->work, &pool->lock, &until);
	pool->idle--;
	return pool->first;
}

/* The last that a thread does, under the lock. */
static void leave(struct blocking_pool *pool)
{
	bool has_past = pool->has_past;
	pthread_t past = pool->past;

	pool->past = pthread_self();
	pool->has_past = true;
	pthread_mutex_unlock(&pool->lock);
	heap_flush();
	if (has_past)
		pthread_join(past, NULL);
}

static void *serve(void *argument)
{
	struct blocking_pool *pool = argument;
	char name[16];

	altstack_begin(); /* without one, what overflows ends the process */
	pthread_mutex_lock(&pool->lock);
	snprintf(name, sizeof(name), "joist-block-%u", pool->started++ % 1000);
	pthread_setname_np(pthread_self(), name);
	do {
		for (struct blocking_job *job; (job = take_first(pool));) {
			pthread_mutex_unlock(&pool->lock);
			job->run(job->argument);
			job->done(job);
			pthread_mutex_lock(&pool->lock);
		}
	} while (wait_for_work(pool));
	pool->threads--;
	pthread_cond_signal(&pool->ended);
	altstack_end();
	leave(pool);
	return NULL;
}

static int start_thread(struct blocking_pool *pool)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t blocked;
	int error;

	sigfillset(&blocked);
	sigdelset(&blocked, SIGSEGV);
	sigdelset(&blocked, SIGBUS);
	sigdelset(&blocked, SIGFPE);
	sigdelset(&blocked, SIGILL);
	sigdelset(&blocked, SIGABRT);
	sigdelset(&blocked, SIGTRAP);
	error = pthread_attr_init(&attributes);
	if (error)
		return -error;
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	error = pthread_attr_setsigmask_np(&attributes, &blocked);
	if (error == 0)
		error = pthread_create(&thread, &attributes, serve, pool);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		pool->threads++;
	return -error;
}

int blocking_submit(struct blocking_pool *pool, struct blocking_job *job)
{
	int error = 0;

	pthread_mutex_lock(&pool->lock);
	if (pool->stops)
		error = -ESHUTDOWN;
	else if (pool->queued >= pool->idle && pool->threads < pool->threads_max)
		error = start_thread(pool);
	/* Without a new thread the job waits for one of the others. */
	if (pool->threads > 0 && !pool->stops)
		error = 0;
	if (error == 0) {
		job->next = NULL;
		*pool->last = job;
		pool->last = &job->next;
		pool->queued++;
		pthread_cond_signal(&pool->work);
	}
	pthread_mutex_unlock(&pool->lock);
	return error;
}

bool blocking_withdraw(struct blocking_pool *pool, struct blocking_job *job)
{
	struct blocking_job **link = &pool->first;

	pthread_mutex_lock(&pool->lock);
	while (*link && *link != job)
		link = &(*link)->next;
	bool found = *link;
	if (found) {
		*link = job->next;
		if (pool->last == &job->next)
			pool->last = link;
		pool->queued--;
	}
	pthread_mutex_unlock(&pool->lock);
	return found;
}

bool blocking_is_busy(struct blocking_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	bool busy = pool->queued > 0 || pool->threads > pool->idle;
	pthread_mutex_unlock(&pool->lock);
	return busy;
}

void blocking_finish(struct blocking_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->stops = true;
	pthread_cond_broadcast(&pool->work);
	while (pool->threads > 0)
		pthread_cond_wait(&pool->ended, &pool->lock);
	joist_assert(!pool->first);
	bool has_past = pool->has_past;
	pthread_mutex_unlock(&pool->lock);
	if (has_past)
		pthread_join(pool->past, NULL);
	pthread_cond_destroy(&pool->work);
	pthread_cond_destroy(&pool->ended);
	pthread_mutex_destroy(&pool->lock);
}
