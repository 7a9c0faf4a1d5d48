/* The work of a thread: the loop that runs actors. */
#ifndef JOIST_VM_SCHED_WORK_H
#define JOIST_VM_SCHED_WORK_H

/* What a thread is started with: runs the actors of the worker that it holds until the node stops. */
void *work_main(void *thread);

#endif
