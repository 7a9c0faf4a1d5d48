/* Code of an actor on a thread that runs no actors, where it may block. A fault there ends that code; the
 * actor, which waits for it, learns of it and ends by it. */
#ifndef JOIST_VM_FAULT_ERRAND_H
#define JOIST_VM_FAULT_ERRAND_H

#include "vm/actor/actor.h"
#include "vm/actor/fault.h"

struct errand {
	struct joist_actor *actor; /* waits for it */
	void *home; /* where switch_leave leads */
	struct fault fault; /* of kind FAULT_NONE: it has returned */
};

/* Runs it for `actor`, on the calling thread: what came of it is at `errand`. */
void errand_run(struct errand *errand, struct joist_actor *actor, void (*run)(void *argument),
		void *argument);

/* Whose code the calling thread runs so; NULL: none. In a handler of a signal, too. */
struct errand *errand_current(void);

/* Where the thread goes on after errand->fault was noted: on its stack, just below errand_run. */
void errand_leave(void) __attribute__((noreturn));

#endif
