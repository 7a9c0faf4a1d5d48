/* Actors that keep their thread, also while they wait: those that asked for one of their own, and those
 * whose code has thread-local storage and waits in mid-turn. The worker that stands in for theirs then
 * has what a worker needs to wait: a wheel of deadlines and a watch. */
#ifndef JOIST_VM_SCHED_BOUND_H
#define JOIST_VM_SCHED_BOUND_H

#include <stdbool.h>

struct joist_actor;
struct worker;

/* Gives the stand-in what it needs, once. False when memory or descriptors are short. */
bool bound_equip(struct worker *own);

/* Waits until the actor, whose inbox is at rest, is made to run. On its thread. */
void bound_wait(struct worker *own, struct joist_actor *a);

/* Frees what it was equipped with. */
void bound_finish(struct worker *own);

#endif
