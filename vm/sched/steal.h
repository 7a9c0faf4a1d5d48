/* Stealing: a worker without work takes actors without frames from another's queue. */
#ifndef JOIST_VM_SCHED_STEAL_H
#define JOIST_VM_SCHED_STEAL_H

struct joist_actor;
struct worker;

/* The most that wait in the queue of another worker. */
unsigned steal_waiting(const struct worker *w);

/* An actor from another worker's queue, more of them put into the worker's own; NULL if none has any that
 * may be taken. */
struct joist_actor *steal_for(struct worker *w);

#endif
