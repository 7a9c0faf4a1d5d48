/* Who runs next on a worker. */
#ifndef JOIST_VM_SCHED_NEXT_H
#define JOIST_VM_SCHED_NEXT_H

struct joist_actor;
struct worker;

/* The actor that the worker shall run next; sleeps until there is one. NULL when the node stops,
 * and for a thread that is detached: then it goes back to its base. Only the
 * worker's thread. */
struct joist_actor *next_actor(struct worker *w);

#endif
