/* A loop: an actor whose function runs on a stack of its own for as long as it lives. */
#ifndef JOIST_VM_SCHED_LOOP_H
#define JOIST_VM_SCHED_LOOP_H

struct joist_actor;
struct stack;
struct worker;

/* A stack for the loop `a`, where the worker's pending actor begins; NULL when memory or mappings are
 * short. */
struct stack *loop_stack(struct worker *w, const struct joist_actor *a);

/* The same, but NULL if it is no loop, has begun, or is another thread's. */
struct stack *loop_own_stack(struct worker *w, const struct joist_actor *a);

/* Where a loop's stack starts: runs the worker's pending actor to its end. */
void loop_run(void);

#endif
