/* Stalls: turns that hold a worker for too long, told to the log. */
#ifndef JOIST_VM_SCHED_STALL_H
#define JOIST_VM_SCHED_STALL_H

struct joist_actor;
struct thread;

/* Logs, once in a while, that the turn of `a` on `t` has lost its worker. With a claim on `t`. Only the
 * monitor. */
void stall_log(const struct thread *t, const struct joist_actor *a);

#endif
