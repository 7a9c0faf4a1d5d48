/* Stealing: a worker without work takes actors without frames from another's queue. */
#ifndef JOIST_VM_SCHED_STEAL_H
#define JOIST_VM_SCHED_STEAL_H

#include <stdbool.h>

struct joist_actor;
struct worker;

/* An actor from another worker's queue, more of them put into the worker's own; NULL if none has any. */
struct joist_actor *steal_for(struct worker *w);

/* Whether another worker's queue holds any. */
bool steal_has_work(struct worker *w);

#endif
