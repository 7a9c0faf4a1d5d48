/* The one way into plugin code, and out of it. Every entry, of every kind, goes through trampoline_enter:
 * callbacks, loops, deferred calls. */
#ifndef JOIST_VM_SCHED_TRAMPOLINE_H
#define JOIST_VM_SCHED_TRAMPOLINE_H

#include "vm/actor/actor.h"

/* Calls f(a, b, c), which is or calls plugin code, on the stack that `a` runs on. True if it was left by
 * trampoline_leave. */
bool trampoline_enter(struct joist_actor *a, void (*f)(void *, void *, uint64_t), void *b,
		      uint64_t c);

/* Leaves the innermost trampoline_enter of `a`, which runs. */
void trampoline_leave(struct joist_actor *a) __attribute__((noreturn));

/* Leaves all frames of `a`, which runs and is to end, and trusts none of them: its end goes on on another
 * stack. */
void trampoline_abandon(struct joist_actor *a) __attribute__((noreturn));

/* Undoes what the frames that are being left had begun. */
void trampoline_uncover(struct joist_actor *a);

/* Ends the running actor for that reason, which is taken over: leaves its frames. */
void trampoline_exit(struct joist_actor *a, struct signal *reason) __attribute__((noreturn));

#endif
