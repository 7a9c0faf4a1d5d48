/* Passing the processor on: the actor that waits goes straight to the stack of the one that runs next. */
#ifndef JOIST_VM_SCHED_PASS_H
#define JOIST_VM_SCHED_PASS_H

struct worker;

/* Has another actor run in place of the worker's current one, which must have been put where it will be
 * found. Returns when that is run again. */
void pass_on(struct worker *w);

/* The same, from a stack that nothing will run on again. */
void pass_on_for_good(struct worker *w) __attribute__((noreturn));

/* Where a switch to another stack ends: the worker that holds it now. */
struct worker *pass_arrive(void);

#endif
