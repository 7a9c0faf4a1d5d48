/* Where a thread goes on after a fault of the actor that it runs: at that actor's end. */
#ifndef JOIST_VM_FAULT_LANDING_H
#define JOIST_VM_FAULT_LANDING_H

#include "vm/actor/actor.h"
#include "vm/actor/fault.h"

/* Has faults and their like be an actor's in the calling process only, not in one that it forks. */
void landing_prepare(void);

/* Whether the calling process is not that one, but its child. */
bool landing_is_elsewhere(void);

/* The actor in whose plugin code, or in calls of which, the thread is; NULL: none. */
struct joist_actor *landing_actor(void);

/* The actor has thrown an exception that nobody catches: if it aborts next, then for that. */
void landing_note_throw(void);

/* The kind of fault that an abort is. */
enum fault_kind landing_abort_kind(void);

/* Where the thread may note its fault; NULL if it is still busy with another. */
struct fault *landing_begin(void);

/* Forgets what was noted: it was no fault. */
void landing_cancel(void);

/* Ends the actor for what was noted: on its stack, just below where its plugin code was entered. */
void landing_run(void) __attribute__((noreturn));

/* Where the frames of the actor's code begin, on the stack that the thread runs on. */
void *landing_home(const struct joist_actor *a);

/* Where the thread goes on after that fault, on a stack that begins at landing_home. In a handler, too. */
typedef void (*landing_goal)(void);
landing_goal landing_goal_of(const struct fault *f);

/* Ends the actor, whose thread this is, for a fault of its code on another. */
void landing_take(struct joist_actor *a, const struct fault *f) __attribute__((noreturn));

/* The same for an actor whose code has asked for it, as by exit(), whose frame is at `frame`. */
void landing_end(struct joist_actor *a, enum fault_kind kind, uintptr_t address, const void *frame)
	__attribute__((noreturn));

/* The same for one whose stack has overflowed, at its next call of the SDK or of malloc. */
void landing_overflow(struct joist_actor *a);

#endif
