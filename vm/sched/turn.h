/* Turns of handlers. */
#ifndef JOIST_VM_SCHED_TURN_H
#define JOIST_VM_SCHED_TURN_H

#include "vm/sched/worker.h"

/* Runs a handler's turns, on a lent stack, until it rests, waits for its next slice, or has ended. */
void turn_run(struct worker *w, struct joist_actor *a);

#endif
