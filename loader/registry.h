/* The plugins of a node by their names, and the generations of each. Implements the VM's port for
 * code.
 *
 * A name, once there, stays. Of its generations one at most is found by that name: the committed
 * one. It is one pointer, which another one replaces in one store. Finding takes no lock, and pins
 * what it finds. */
#ifndef JOIST_LOADER_REGISTRY_H
#define JOIST_LOADER_REGISTRY_H

#include "loader/generation.h"

struct registry;

/* NULL when memory is short. */
struct registry *registry_create(void);

/* Adds a generation under the name that `plugin` has, with the next number of that name, as a
 * candidate: it is not found until it is committed. NULL, with an error added, if the descriptor is
 * wrong or memory is short. Borrows the descriptor for good, the rest for now. Any thread. */
struct code *registry_add_candidate(struct registry *registry, const struct joist_plugin *plugin,
				    const struct generation_origin *origin, struct report *report);

/* Has the generation found by its name from now on: a candidate, or an older one to which the node goes
 * back. The one that was found before, which stays as it is; NULL if there was none. Any thread. */
struct code *registry_commit(struct registry *registry, struct code *code);

/* Takes a generation out, whatever its state, and unloads it, or leaves it as a permanent one if
 * the linker does not: its name finds nothing then, if it found this one. False, with all as it
 * was, if something pins it or it is permanent. Any thread that may block; its library's
 * destructors run. */
bool registry_withdraw(struct registry *registry, struct code *code);

/* Has the plugin's name find nothing. Any thread. */
void registry_hide(struct registry *registry, struct joist_bytes plugin);

/* Adds one and commits it. */
struct code *registry_add(struct registry *registry, const struct joist_plugin *plugin,
			  const struct generation_origin *origin, struct report *report);

/* The committed generation of a plugin; NULL if there is none. For who knows that it stays. */
struct code *registry_plugin(struct registry *registry, struct joist_bytes name);

/* The generations of a plugin, newest first: the one that came before `after`, or the newest if
 * that is NULL; NULL behind the last, and if `after` has gone. `ret_state` may be NULL. */
struct generation *registry_next(struct registry *registry, struct joist_bytes plugin,
				 struct generation *after, enum generation_state *ret_state);

/* Notes the hash of a generation's file. Any thread. */
void registry_set_hash(struct registry *registry, struct generation *generation,
		       const struct digest *hash);

/* The hash of the committed generation's file, if other nodes may ask for it. Any thread. */
bool registry_travels(struct registry *registry, struct joist_bytes plugin,
		      struct digest *ret_hash);

/* Has a candidate stay for actors of other nodes alone: what is found by the name stays that. */
void registry_admit(struct registry *registry, struct code *code);

/* The names of plugins, in the order of their coming; nothing behind the last. */
joist_atom registry_name(struct registry *registry, size_t index);

/* The generation whose file in memory holds `address`, pinned; NULL if none does. Any thread that
 * may block. */
struct generation *registry_at(struct registry *registry, uintptr_t address);

/* The port, whose owner the registry is, and its `find`, `find_file` and `at`. */
struct code_port registry_port(struct registry *registry);
struct export *registry_find(void *registry, struct joist_bytes plugin, struct joist_bytes name,
			     int arity);
struct export *registry_find_file(void *registry, struct joist_bytes plugin,
				  struct joist_bytes name, const unsigned char *hash);
struct code *registry_code_at(void *registry, const void *address);

/* Calls `each` with the committed generation of every plugin, in the order of their coming. */
void registry_walk(struct registry *registry, void (*each)(void *with, const struct code *code),
		   void *with);

/* Frees all. Nothing may run on its code any more. NULL is fine. */
void registry_destroy(struct registry *registry);

#endif
