/* Making actors run. `w` is the calling thread's worker, or NULL on a thread that has none. */
#ifndef JOIST_VM_SCHED_WAKE_H
#define JOIST_VM_SCHED_WAKE_H

#include "vm/base/bug.h"
#include "vm/sched/doze.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"

/* The rest of the following. */
void wake_later(struct joist_vm *vm, struct worker *w, struct joist_actor *a);

/* Whether the worker's current actor may hand the rest of its slice to `a`. */
static inline bool wake_may_hand(const struct worker *w, const struct joist_actor *a)
{
	const struct joist_actor *current = w->thread->current;

	return current && !w->hand && !w->detached &&
	       (a->worker == w || (!a->stack && !a->pinned)) && a->priority == current->priority &&
	       !w->vm->seeded;
}

/* Makes `a`, on which the caller has the right, run: soon, on this worker, if it may. */
static inline void wake(struct joist_vm *vm, struct worker *w, struct joist_actor *a)
{
	if (LIKELY(w && wake_may_hand(w, a)))
		w->hand = a;
	else
		wake_later(vm, w, a);
}

/* Puts a new actor where a worker finds it, this one or another. */
void wake_new(struct joist_vm *vm, struct worker *w, struct joist_actor *a);

/* Puts a new actor into the nest (nest.h), if the running one is young, and nobody looks for work. */
bool wake_nested(struct worker *w, struct joist_actor *a);

/* Takes the right on an actor that is parked under `w`, if it waits. Only on the thread of `w`. */
static inline bool wake_claim(struct worker *w, struct joist_actor *a)
{
	return doze_take(w->dozers, actor_pid(a)) || inbox_claim(a->entry);
}

/* Makes an actor run that is parked under `w`, and says to it that what it waits for may have come. Only on
 * the thread of `w`. */
void wake_parked(struct worker *w, struct joist_actor *a);

/* Hands an actor with frames to the worker that is to run it on. */
void wake_at(struct worker *w, struct joist_actor *a);

/* Whether a worker sleeps. A hint. */
bool wake_somebody_sleeps(const struct joist_vm *vm);

/* Has somebody who sleeps look for work, if anybody does. */
void wake_idle(struct joist_vm *vm);

/* The worker sleeps, and is to be woken when there is work for anybody; or it does no more. */
void wake_wanted(struct worker *w, bool wanted);

#endif
