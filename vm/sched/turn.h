/* Turns of handlers. */
#ifndef JOIST_VM_SCHED_TURN_H
#define JOIST_VM_SCHED_TURN_H

#include "vm/sched/worker.h"

/* Runs a handler's turns, on a lent stack, until it rests, waits for its next slice, or has ended. */
void turn_run(struct worker *w, struct joist_actor *a);

/* After a turn's end: has the actor give up what no term stands for any more. True if it ended in that. */
bool turn_settle_slowly(struct joist_actor *a);

static inline bool turn_settle(struct joist_actor *a)
{
	return UNLIKELY(a->extra && a->extra->after_turn) && turn_settle_slowly(a);
}

#endif
