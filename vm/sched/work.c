/* The loop at the base of each stack that a worker lends: take the next actor, run its turns, again. An
 * actor that waits in mid-turn keeps the stack; when its turn is over, the loop at its base goes on as
 * before. */
#include "vm/sched/work.h"

#include <errno.h>
#include <stdlib.h>

#include "vm/base/altstack.h"
#include "vm/base/bug.h"
#include "vm/base/errnum.h"
#include "vm/base/heap.h"
#include "vm/base/span.h"
#include "vm/sched/death.h"
#include "vm/sched/detach.h"
#include "vm/sched/jobs.h"
#include "vm/sched/kernel.h"
#include "vm/sched/lent.h"
#include "vm/sched/loop.h"
#include "vm/sched/next.h"
#include "vm/sched/pass.h"
#include "vm/sched/pool.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"
#include "vm/sched/turn.h"

/* A worker keeps this many idle stacks at hand; more go back to where others find them. */
#define LENT_KEPT 16

/* Goes on on another stack; this one waits in the list until it is taken again. */
static void lend_away(struct worker *w, struct stack *to)
{
	struct stack *from = w->thread->stack;

	if (w->lent_count >= LENT_KEPT || from->left)
		pass_to_for_good(w, to);
	lent_give(w, from);
	pass_aside(w, to);
}

static void run(struct worker *w, struct joist_actor *a)
{
	struct stack *to = a->stack;

	if (a->state_ == ACTOR_RUNNING && !a->converts) {
		/* A fault took its stack: only its end is left. */
		thread_begin(w, a);
		death_run(a);
		return;
	}
	if (!to && a->export->kind == JOIST_EXPORT_LOOP) {
		if (detach_begins(w, a))
			return;
		to = loop_stack(w, a);
		if (to) {
			a->worker = w;
			a->stack = to;
		}
	}
	if (to) {
		w->thread->pending = a->state_ == ACTOR_NEW ? a : NULL;
		lend_away(w, to);
	} else if (a->export->kind == JOIST_EXPORT_LOOP) {
		death_unstarted(w, a);
	} else {
		turn_run(w, a);
	}
}

static void lent_loop(void)
{
	pass_arrive();
	for (;;) {
		struct worker *w = thread_worker();
		struct joist_actor *a = w->thread->pending;

		w->thread->pending = NULL;
		if (!a)
			a = next_actor(w);
		if (a)
			run(w, a);
		else
			lend_away(w, &w->thread->base);
	}
}

/* Has the thread hold its own worker, for the job that it was given: the stack to run that on. */
static struct stack *begin_job(struct thread *t)
{
	struct joist_actor *a = t->job;
	struct worker *own = &t->own;

	t->job = NULL;
	t->worker = own;
	t->home = a->worker;
	/* relaxed: as in deliver_for */
	atomic_store_explicit(&t->ends_since_ns, 0, memory_order_relaxed);
	detach_begin_turn(t);
	t->reductions = SLICE_REDUCTIONS;
	/* Not sooner, or others would wait for a lock that it holds while it begins. */
	/* relaxed, both: only this thread and, with a claim, the monitor write it */
	if (!atomic_load_explicit(&t->slowed, memory_order_relaxed) && !a->threaded) {
		kernel_be_slow(0);
		t->slow = true;
		atomic_store_explicit(&t->slowed, true, memory_order_relaxed);
	}
	if (t->slow)
		span_fill_later();
	if (a->stack)
		return a->stack;
	t->pending = a;
	return lent_take(own);
}

/* The stack on which the worker goes on that the thread has come to hold. */
static struct stack *begin_worker(struct thread *t)
{
	struct stack *to = lent_take(t->worker);

	return to ? to : lent_take(&t->own);
}

/* A worker is held until the node stops, or until a turn takes so long that another thread comes to hold
 * it; a job is run until its actor waits or ends. */
static void work(struct thread *t)
{
	struct stack *to = t->job ? begin_job(t) : begin_worker(t);

	joist_assert(to); /* it has one of its own in reserve */
	pass_to(t->worker, to);
	if (!t->worker->detached)
		lent_finish(t->worker);
	/* relaxed: for lists of actors */
	atomic_store_explicit(&t->own.running, 0, memory_order_relaxed);
	t->worker = NULL;
}

/* Puts itself where it will be found, or finds an actor at once; false if it is to end. */
static bool offer(struct pool *pool, struct thread *t)
{
	if (pool->stopping)
		return false;
	if (t->slow)
		return jobs_take(pool, t) || pool_keep(pool, t);
	t->job = pool_queue_take(&pool->bound);
	return t->job || pool_keep(pool, t);
}

/* Waits for a worker, in t->worker, or for an actor, in t->job. False: nobody has anything for it, and it
 * is to end. */
static bool await(struct pool *pool, struct thread *t)
{
	/* It promises to have a stack to start on. */
	bool can = lent_reserve(&t->own);

	if (!can && !t->slow)
		pool_miss(pool);
	spin_take(&pool->lock);
	pool->fresh[t->slow] -= t->fresh;
	t->fresh = false;
	jobs_leave(pool, t);
	bool stays = can && offer(pool, t);
	bool waits = stays && !t->job, more = jobs_missing(pool) > 0;
	spin_give(&pool->lock);
	if (more)
		pool_want(pool);
	if (waits) {
		while (sem_wait(&t->wake) != 0 && errno == EINTR)
			;
		stays = t->job || t->worker;
	}
	if (!stays)
		pool_end(pool, t);
	return stays;
}

/* Plugins may use libc's heap: its part for this thread is made while the kernel is kind to it. */
static void claim_libc_heap(void)
{
	void *volatile any = malloc(1); /* volatile: or the compiler would leave both out */

	free(any);
}

/* Where the worker's actors begin. */
static void prepare(struct worker *w)
{
	w->lent_start = lent_loop;
	w->own_stack = loop_own_stack;
}

static void begin(struct thread *t)
{
	thread_become(t);
	/* relaxed: nobody looks yet */
	atomic_store_explicit(&t->inside, true, memory_order_relaxed);
	/* relaxed: the claim of a turn comes long after */
	atomic_store_explicit(&t->tid, kernel_tid(), memory_order_relaxed);
	if (!t->slow)
		kernel_be_quick();
	claim_libc_heap();
	annotate_stack_thread(&t->base.notes);
	t->stack = &t->base;
	t->error = joist_errno();
	t->bury = detach_bury;
	prepare(&t->own);
	if (t->worker)
		prepare(t->worker);
}

void *work_main(void *thread)
{
	struct thread *t = thread;

	begin(t);
	if ((altstack_begin() < 0 || !lent_reserve(&t->own)) && t->worker)
		JOIST_BUG("no memory for a worker's first stack");
	while (t->worker || await(t->own.vm->pool, t))
		work(t);
	lent_finish(&t->own);
	altstack_end();
	heap_flush();
	return NULL;
}
