/* Waiting for the world outside. What waits for a descriptor is found by the worker's watch, which unparks
 * `user`; what waits for a blocking thread is woken by it. If the actor is ended meanwhile, a cover takes
 * back what was begun. */
#include "vm/api/outside.h"

#include <errno.h>

#include "vm/actor/signal.h"
#include "vm/actor/stack.h"
#include "vm/base/bug.h"
#include "vm/io/watch.h"
#include "vm/sched/deadline.h"

#define FOREVER INT64_MAX

struct waiter {
	struct watch_wait wait;
	struct joist_actor *self;
};

static void stop_waiting(void *argument)
{
	struct waiter *waiter = argument;

	watch_remove(self_watch(waiter->self), &waiter->wait);
	self_waits_outside(waiter->self, -1);
}

int outside_ready(struct joist_actor *self, int fd, bool write, int64_t deadline_ns)
{
	struct waiter waiter = { .wait = { .fd = fd, .write = write, .user = self }, .self = self };
	struct cover cover = { .run = stop_waiting, .argument = &waiter };
	bool in_time = true;
	int error = watch_add(self_watch(self), &waiter.wait);

	if (error < 0)
		return error;
	self_waits_outside(self, 1);
	self_cover(self, &cover);
	while (in_time && waiter.wait.link)
		in_time = self_park(self, deadline_ns);
	self_uncover(self, &cover);
	stop_waiting(&waiter);
	return in_time ? waiter.wait.error : -ETIMEDOUT;
}

/* ---- calls that must be waited for ---- */

struct run {
	struct blocking_job blocking;
	struct self_waker waker;
};

static void run_over(struct blocking_job *blocking)
{
	/* A copy: what it lies in goes as soon as the waker has been used. */
	struct self_waker waker = container_of(blocking, struct run, blocking)->waker;

	self_waker_use(&waker);
}

void outside_run(struct joist_actor *self, void (*run)(void *), void *argument)
{
	struct run job = { .blocking = { .run = run, .argument = argument, .done = run_over } };

	if (!self_waker(self, &job.waker)) {
		self_short(self);
	} else if (blocking_submit(self_blocking(self), &job.blocking) < 0) {
		/* No thread is to be had: then here. */
		signal_free(job.waker.signal);
		run(argument);
	} else {
		self_waits_outside(self, 1);
		self_park_firmly(self, FOREVER);
		self_waits_outside(self, -1);
	}
}

/* ---- calls that may be given up ---- */

enum {
	JOB_RUNS,
	JOB_OVER, /* its thread wakes the actor, which owns the job */
	JOB_GIVEN_UP, /* its thread drops it */
};

static bool change_state(struct outside_job *job, int state)
{
	int runs = JOB_RUNS;

	/* acquire and release: pairs with the other change, by the actor or by the job's thread: who
	 * comes second sees what the first one did, and has the job */
	return atomic_compare_exchange_strong_explicit(&job->state, &runs, state,
						       memory_order_acq_rel, memory_order_acquire);
}

static void drop_unused(struct outside_job *job)
{
	signal_free(job->waker.signal);
	job->drop(job);
}

static void job_over(struct blocking_job *blocking)
{
	struct outside_job *job = container_of(blocking, struct outside_job, blocking);
	struct self_waker waker = job->waker;

	if (change_state(job, JOB_OVER))
		self_waker_use(&waker);
	else
		drop_unused(job);
}

/* False if the job is over. */
static bool give_up(struct outside_job *job)
{
	if (blocking_withdraw(job->pool, &job->blocking)) {
		drop_unused(job);
		return true;
	}
	return change_state(job, JOB_GIVEN_UP);
}

static void leave_job(void *argument)
{
	struct outside_job *job = argument;

	self_waits_outside(job->self, -1);
	if (!give_up(job))
		job->drop(job); /* the wake that is under way finds an actor that ends */
}

bool outside_ask(struct joist_actor *self, struct outside_job *job, int64_t deadline_ns)
{
	struct cover cover = { .run = leave_job, .argument = job };

	if (!self_waker(self, &job->waker)) {
		job->drop(job);
		self_short(self);
	}
	job->self = self;
	job->pool = self_blocking(self);
	job->blocking.done = job_over;
	/* relaxed: the pool's lock publishes the job */
	atomic_store_explicit(&job->state, JOB_RUNS, memory_order_relaxed);
	if (blocking_submit(job->pool, &job->blocking) < 0) {
		signal_free(job->waker.signal);
		job->blocking.run(job->blocking.argument);
		return true;
	}
	self_waits_outside(self, 1);
	self_cover(self, &cover);
	bool in_time = self_park(self, deadline_ns);
	self_uncover(self, &cover);
	self_waits_outside(self, -1);
	if (in_time)
		return true;
	if (give_up(job))
		return false;
	self_park_firmly(self, FOREVER); /* for the wake that is under way */
	return true;
}
