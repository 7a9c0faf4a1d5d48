/* Stealing: a worker without work takes actors without frames from another's queue. */
#ifndef JOIST_VM_SCHED_STEAL_H
#define JOIST_VM_SCHED_STEAL_H

struct joist_actor;
struct worker;

/* An actor from another worker's queue, more of them put into the worker's own; NULL if none has any. */
struct joist_actor *steal_for(struct worker *w);

/* How many the fullest queue of the others holds. A hint. */
unsigned steal_count(struct worker *w);

#endif
