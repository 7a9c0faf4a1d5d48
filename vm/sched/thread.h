/* The thread that holds a worker. */
#ifndef JOIST_VM_SCHED_THREAD_H
#define JOIST_VM_SCHED_THREAD_H

/* Runs the worker's actors until the node stops. */
void *thread_main(void *worker);

#endif
