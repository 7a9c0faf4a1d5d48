/* A thread that runs actors. It holds a worker, and does what that has to do, one turn after the other.
 *
 * What it is doing just now stands here, and not in the worker. If a turn takes too long, another thread
 * comes to hold the worker, and this one is *detached* (detach.h): it has the one actor that it runs, and a
 * stand-in for a worker. */
#ifndef JOIST_VM_SCHED_THREAD_H
#define JOIST_VM_SCHED_THREAD_H

#include <pthread.h>
#include <semaphore.h>

#include "vm/actor/table.h"
#include "vm/base/bug.h"
#include "vm/sched/kernel.h"
#include "vm/sched/worker.h"

/* What the monitor saw of a turn when it last looked. */
struct thread_sight {
	struct thread *thread;
	uint32_t turn;
	int64_t since_ns;
	int64_t used_ns; /* what its thread had had of a processor */
};

struct thread {
	struct worker *worker; /* that it holds; while it is detached, `own` */
	struct joist_actor *current; /* runs; NULL between turns */
	struct stack *stack; /* what it runs on */
	struct joist_actor *pending; /* the lent stack that is being switched to shall run it */
	struct joist_actor *leaving; /* leaves this thread as soon as nothing runs on its stack */
	struct stack *retired; /* was left for good by who runs now */
	int32_t reductions; /* left in the slice */
	int *error; /* its errno */

	/* Shared with the monitor: see claim.h. */
	atomic_bool inside; /* runs code of the VM; else of a plugin */
	_Atomic uint8_t claim;
	_Atomic uint32_t turn; /* another number: another turn */

	/* While it is detached. */
	struct worker *home; /* where its actor goes when it waits */
	uint64_t turn_since; /* by clock_cycles: when the turn began; 0: it was found to be long */
	struct kernel_share turn_share; /* at that time */
	struct thread_sight sight; /* of the monitor */
	_Atomic int64_t ends_since_ns; /* when its actor was found to be ended; 0: it was not */
	struct entry nowhere; /* the inbox of an actor that was abandoned on it */

	/* In the pool: see pool.h. */
	struct thread *next; /* in one of its lists */
	struct thread *next_made; /* in the list of all */
	struct joist_actor *job; /* what it shall run */
	void (*bury)(struct joist_actor *a); /* see CLAIM_LOST */
	void (*land)(struct joist_actor *a); /* see CLAIM_FULL */
	sem_t wake;
	bool slow; /* it is for jobs, not for workers */
	_Atomic uint8_t job_state; /* enum job_state */
	atomic_bool slowed; /* the kernel gives it what the others leave, and does so for good */
	bool fresh; /* has not asked for anything to do yet */
	bool started; /* `id` is a thread's */
	atomic_bool abandoned; /* its actor has ended, and what it runs never may */
	_Atomic int tid; /* the kernel's number for it; 0: not yet known */

	struct stack base; /* that the thread was started with */
	pthread_t id;
	struct worker own;
};

/* The calling thread, if it runs actors; else NULL. Not to be kept over a switch. */
struct thread *thread_current(void);

/* The worker that it holds, or NULL. In the VM only, and not to be kept over a switch or plugin code. */
struct worker *thread_worker(void);

/* The calling thread is `t` from now on. */
void thread_become(struct thread *t);

/* Makes `a` the actor that runs, on the stack that the worker's thread runs on: its turn begins. */
void thread_begin(struct worker *w, struct joist_actor *a);

/* The worker whose timers the running actor uses: `w`, or the one that it will go back to. */
static inline struct worker *thread_home(struct worker *w)
{
	return w->detached ? w->thread->home : w;
}

/* Nobody runs on the worker's thread. */
static inline void thread_end(struct worker *w)
{
	w->thread->current = NULL;
}

/* What runs from now on is another turn. Only the thread itself. */
static inline void thread_count_turn(struct thread *t)
{
	/* relaxed, both: pairs with the barrier in claim.c */
	uint32_t turn = atomic_load_explicit(&t->turn, memory_order_relaxed);
	atomic_store_explicit(&t->turn, turn + 1, memory_order_relaxed);
}

/* `a` is the actor that runs: a turn of its goes on. */
static inline void thread_go_on(struct worker *w, struct joist_actor *a)
{
	struct thread *t = w->thread;

	a->state_ = ACTOR_RUNNING;
	t->current = a;
	thread_count_turn(t);
	/* relaxed: for lists of actors */
	atomic_store_explicit(&w->running, a->id, memory_order_relaxed);
}

#endif
