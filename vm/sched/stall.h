/* Stalls: turns that hold a worker for too long, told to the log. */
#ifndef JOIST_VM_SCHED_STALL_H
#define JOIST_VM_SCHED_STALL_H

struct joist_actor;
struct joist_vm;
struct thread;

/* Logs, at most once a second, that the turn of `a` on `t` has lost its worker, and where its code is. With
 * a claim on `t`. Only the monitor. */
void stall_log(struct joist_vm *vm, const struct thread *t, const struct joist_actor *a);

#endif
