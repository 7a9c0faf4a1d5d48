/* The end of an actor: its last callbacks, the news of it, and what it leaves. */
#ifndef JOIST_VM_SCHED_DEATH_H
#define JOIST_VM_SCHED_DEATH_H

#include "vm/sched/worker.h"

/* Ends the worker's current actor, for a->end, which is set. Runs its last callbacks on the stack that it
 * is on, which is free afterwards, as is the actor. */
void death_run(struct joist_actor *a);

/* The two halves of that, for an actor whose code runs on: all hear of its end, without last
 * callbacks; then, when the code has come back, its deferred calls run and it is freed. */
void death_tell(struct joist_actor *a);
void death_clear(struct joist_actor *a);

/* Ends a loop for which there is no stack. On a lent one. */
void death_unstarted(struct worker *w, struct joist_actor *a);

#endif
