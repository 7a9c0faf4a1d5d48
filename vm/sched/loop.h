/* A loop: an actor whose function runs on a stack of its own for as long as it lives. */
#ifndef JOIST_VM_SCHED_LOOP_H
#define JOIST_VM_SCHED_LOOP_H

/* Where a loop's stack starts: runs the worker's pending actor to its end. */
void loop_run(void);

#endif
