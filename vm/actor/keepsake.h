/* A copy of all that an actor has of its own, byte for byte: its state and its estate's memory. While it
 * exists the actor frees nothing, so that all can be put back where it was.
 *
 * What lies outside of these (the heap of libc, statics) is not part of it. */
#ifndef JOIST_VM_ACTOR_KEEPSAKE_H
#define JOIST_VM_ACTOR_KEEPSAKE_H

#include "vm/actor/actor.h"

struct keepsake;

/* NULL when memory is short. Only who runs the actor, as all here. */
struct keepsake *keepsake_take(struct joist_actor *a);

/* The state's bytes as they were. */
const void *keepsake_state(const struct keepsake *keepsake);

/* Puts all back, to the same addresses; what is new is gone. The actor's state must be where it was. */
void keepsake_restore(struct joist_actor *a, struct keepsake *keepsake);

/* Frees it, and what the actor has freed since. */
void keepsake_drop(struct joist_actor *a, struct keepsake *keepsake);

#endif
