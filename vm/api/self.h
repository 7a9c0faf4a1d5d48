/* What the SDK's functions ask of the actor that calls them. */
#ifndef JOIST_VM_API_SELF_H
#define JOIST_VM_API_SELF_H

#include <joist/abi.h>

#include "vm/base/arena.h"
#include "vm/term/term.h"

/* The actor that runs on this thread; NULL outside plugin code. */
struct joist_actor *self_current(void);

/* Where the terms that `self` builds now are built: its turn's arena, or the open parcel. */
struct arena *self_arena(struct joist_actor *self);

/* Ends the actor with {badarg, <<"function">>}; `self` may be NULL: then only returns. */
void self_badarg(struct joist_actor *self, const char *function);

/* Ends the actor for want of memory: {limit, memory} if its own limit is reached, else system_limit.
 * `self` may be NULL: then only returns. */
void self_short(struct joist_actor *self);

/* A part of what is being built: itself, or, if a parcel is open that does not hold it, its copy there. */
joist_term self_part(struct joist_actor *self, joist_term part);

/* Has `free_it(what)` called when the plugin whose code calls now is unloaded, or the node stops. */
void self_plugin_owns(void *what, void (*free_it)(void *what));

#endif
