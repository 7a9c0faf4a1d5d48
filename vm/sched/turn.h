/* A turn: one entry into plugin code. All entries, of every kind, go through turn_enter. */
#ifndef JOIST_VM_SCHED_TURN_H
#define JOIST_VM_SCHED_TURN_H

#include "vm/sched/worker.h"

/* Makes `a` the worker's current actor, on the stack that the worker runs on. */
void turn_begin(struct worker *w, struct joist_actor *a);

/* Calls f(a, b, c), which is or calls plugin code. True if it was left by turn_leave. */
bool turn_enter(struct joist_actor *a, void (*f)(void *, void *, uint64_t), void *b, uint64_t c);

/* Leaves the innermost turn_enter of `a`, which runs. */
void turn_leave(struct joist_actor *a) __attribute__((noreturn));

/* Says that `a` is to end, and for what; the first word counts. Takes the signal over. */
void turn_end_by(struct joist_actor *a, enum actor_end kind, struct signal *reason);

/* Ends the running actor for that reason: leaves its frames. */
void turn_exit(struct joist_actor *a, struct signal *reason) __attribute__((noreturn));

/* Runs a handler's turns, on a lent stack, until it rests, waits for its next slice, or has ended. */
void turn_run(struct worker *w, struct joist_actor *a);

/* After a message was handled or a call made: puts a spent actor at the end of the queue and runs others
 * meanwhile. Leaves it if it was ended. Only where its frames may be switched. */
void turn_yield(struct joist_actor *a);

#endif
