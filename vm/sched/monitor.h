/* The monitor: a thread that looks at all others that run actors, and steps in where a turn does not
 * end. */
#ifndef JOIST_VM_SCHED_MONITOR_H
#define JOIST_VM_SCHED_MONITOR_H

struct joist_vm;

/* Starts it, where the kernel knows how to order the memory of threads from outside. -errno if a
 * thread or memory is lacking. */
int monitor_start(struct joist_vm *vm);

/* Ends it, if it was started. */
void monitor_stop(struct joist_vm *vm);

#endif
