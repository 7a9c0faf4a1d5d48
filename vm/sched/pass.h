/* Passing the processor on: the actor that waits goes straight to the stack of the one that runs next. */
#ifndef JOIST_VM_SCHED_PASS_H
#define JOIST_VM_SCHED_PASS_H

struct stack;
struct worker;

/* Has another actor run in place of the worker's current one, which must have been put where it will be
 * found. Returns when that is run again. */
void pass_on(struct worker *w);

/* The same, from a stack that nothing will run on again. */
void pass_on_for_good(struct worker *w) __attribute__((noreturn));

/* Goes on on the stack `to`; this one waits until somebody goes on on it. Perhaps that is another
 * thread: the worker that it holds. */
struct worker *pass_to(struct worker *w, struct stack *to);

/* The same, but this one goes back to the pool. */
void pass_to_for_good(struct worker *w, struct stack *to) __attribute__((noreturn));

/* Where a switch to a fresh stack ends: the worker that holds it now. */
struct worker *pass_arrive(void);

#endif
