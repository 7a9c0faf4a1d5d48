/* A thread that runs actors: it holds a worker, and does what that has to do, one turn after the other.
 *
 * What it is doing just now stands here, and not in the worker. */
#ifndef JOIST_VM_SCHED_THREAD_H
#define JOIST_VM_SCHED_THREAD_H

#include <pthread.h>

#include "vm/sched/worker.h"

struct thread {
	struct worker *worker; /* that it holds */
	struct joist_actor *current; /* runs; NULL between turns */
	struct stack *stack; /* what it runs on */
	struct joist_actor *pending; /* the lent stack that is being switched to shall run it */
	struct stack *retired; /* was left for good by who runs now */
	int32_t reductions; /* left in the slice */

	/* Any thread reads. */
	atomic_bool inside; /* runs code of the VM; else of a plugin */
	_Atomic uint64_t running; /* relaxed: pid id of the current actor, for lists */

	struct stack base; /* that the thread was started with */
	pthread_t id;
};

/* The calling thread, if it runs actors; else NULL. Not to be kept over a switch. */
struct thread *thread_current(void);

/* The worker that it holds, or NULL. In the VM only, and not to be kept over a switch or plugin code. */
struct worker *thread_worker(void);

/* A thread to be, that holds `w`; NULL when memory is short. */
struct thread *thread_make(struct worker *w);

/* NULL is fine. */
void thread_free(struct thread *t);

/* The calling thread is `t` from now on. */
void thread_become(struct thread *t);

/* Makes `a` the actor that runs, on the stack that the worker's thread runs on: its turn begins. */
void thread_begin(struct worker *w, struct joist_actor *a);

/* The same for one whose turn goes on. */
void thread_go_on(struct worker *w, struct joist_actor *a);

/* The actor's thread comes from the plugin's code into the VM's, if it was not there: whether it was. */
static inline bool thread_come_in(struct joist_actor *a)
{
	struct thread *t = a->stack->thread;
	/* relaxed: nobody else writes it */
	bool outer = atomic_load_explicit(&t->inside, memory_order_relaxed);

	/* relaxed: pairs with the barrier in claim.c */
	atomic_store_explicit(&t->inside, true, memory_order_relaxed);
	return outer;
}

/* It goes back to where it came from: `outer` is what thread_come_in gave. */
static inline void thread_go_out(struct joist_actor *a, bool outer)
{
	/* release: pairs with the acquire in claim.c: who finds it outside sees what it did inside */
	atomic_store_explicit(&a->stack->thread->inside, outer, memory_order_release);
}

/* Starts a slice now. */
void thread_slice(struct worker *w);

/* Charges the current actor for time: a slice that has lasted too long is spent. Asked once per turn of an
 * actor that goes on with another. */
static inline void thread_charge_time(struct worker *w)
{
	if (clock_cycles() >= w->slice_ends)
		w->thread->reductions = 0;
}

#endif
