/* What young actors start, and runs before the run queue, in the slice of who started it: newest parent
 * first, its children in their order. So a tree of actors that start others and wait for them is gone
 * through branch by branch, and few of them wait at a time, with a stack each.
 *
 * An actor is young till it has spent as much as a slice: a server that starts an actor for each request is
 * not, and those stand in the queue one behind the other. When the slice is over, so do all that are left.
 * Only the thread that holds the worker enters. */
#ifndef JOIST_VM_SCHED_NEST_H
#define JOIST_VM_SCHED_NEST_H

#include "vm/sched/worker.h"

/* The next one of the slice; NULL if there is none, or the slice is over, or somebody in the queue is more
 * urgent: then it is empty. */
struct joist_actor *nest_take(struct worker *w);

#endif
