/* Turns that take too long: how they and their worker part. Three ways lead off a worker, one back.
 *
 * - The monitor takes the worker from a thread whose turn does not end, for a spare thread to hold
 *   (detach_worker). The turn goes on where it is.
 * - An actor of an export that is known for such turns goes to a thread of the pool before its plugin
 *   code runs: at the beginning of a turn (detach_begins), or when a wait in mid-turn is over
 *   (detach_go).
 * - An actor that ends while its code runs on and on is abandoned (detach_abandon).
 *
 * A detached actor that is to wait goes back first (detach_return): so all that waits belongs to a
 * worker. */
#ifndef JOIST_VM_SCHED_DETACH_H
#define JOIST_VM_SCHED_DETACH_H

#include "vm/actor/actor.h"
#include "vm/base/bug.h"
#include "vm/sched/worker.h"

struct thread;

/* Has `spare` hold the worker of `t`, whose turn goes on detached. With a claim on `t`. Only the
 * monitor. */
void detach_worker(struct thread *t, struct thread *spare);

/* A turn begins on the calling thread, which is or becomes detached. */
void detach_begin_turn(struct thread *t);

/* Has the kernel give the thread what others leave. Only the monitor. */
void detach_slow(struct thread *t);

/* Declares the actor that runs detached on `t` dead, for a->end, while its code runs: all hear of it.
 * What it holds is freed if it ever comes back into the VM. With a claim on `t`, which this ends. Only
 * the monitor. */
void detach_abandon(struct thread *t);

/* The rest of the end of an actor that was abandoned, once its code has come back into the VM. */
void detach_bury(struct joist_actor *a) __attribute__((noreturn));

/* The rest of the following, for who is detached or keeps its thread. */
bool detach_settle(struct joist_actor *a);

/* Before the running actor waits: goes back to a worker if it is detached. One that keeps its thread has
 * that thread for itself from now on instead; false if there is no other for its worker. */
static inline bool detach_return(struct joist_actor *a)
{
	return LIKELY(!a->keeps_thread && !a->worker->detached) || detach_settle(a);
}

/* Goes to a thread of the pool, if the running actor is not yet detached: its frames are in the VM. */
void detach_go(struct joist_actor *a);

/* Whether an actor that runs detached may go on with its next message there, or where it is. */
bool detach_goes_on(struct worker *w, struct joist_actor *a);

#define DETACH_LEARNED 12

/* The actor, whose turn on a thread of the pool is over, has messages left: it waits for another. */
void detach_hand_back(struct worker *w, struct joist_actor *a);

/* Whether the next turn starts detached: this actor's last one took long; or turns of that export often
 * do, and this one has not shown yet that its turns do not. */
static inline bool detach_expected(const struct joist_actor *a)
{
	/* relaxed: a hint */
	return UNLIKELY(a->overran) ||
	       (!a->proved &&
		atomic_load_explicit(&a->export->overruns, memory_order_relaxed) >= DETACH_LEARNED);
}

/* Has a thread of the pool run the actor, which rests or is new, if that is where its turns belong. */
bool detach_hand_out(struct worker *w, struct joist_actor *a);

static inline bool detach_begins(struct worker *w, struct joist_actor *a)
{
	return UNLIKELY(detach_expected(a) || a->threaded) && detach_hand_out(w, a);
}

#endif
