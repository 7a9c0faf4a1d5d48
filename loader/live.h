/* What a running node does with files of plugins: loads them, has them found by their names,
 * unloads them.
 *
 * Owned by the main thread; between start and stop only the actor code_server enters, or a thread
 * that it waits for. */
#ifndef JOIST_LOADER_LIVE_H
#define JOIST_LOADER_LIVE_H

#include "loader/registry.h"
#include "loader/store.h"

struct live {
	struct registry *registry;
	struct store *store; /* NULL: none yet */
	bool has_old; /* live_sweep may have something to do later */
};

/* Judges the file as a boot does, copies it into the store, and loads it as a candidate of its
 * plugin, with the config that the plugin has. A generation that is there already and has the same
 * bytes is returned as it is. NULL, with an error added, if it is refused. May block. */
struct code *live_candidate(struct live *live, const char *file, struct report *report);

/* Has it found by its name from now on, and by the next boot; generations that nothing needs go.
 * False, with an error added, if that cannot be recorded: then it is found by this node, and not by
 * the next boot. May block. */
bool live_commit(struct live *live, struct code *code, struct report *report);

/* Unloads what nothing pins and nobody would go back to. May block. */
void live_sweep(struct live *live);

/* The hash of a generation's file, which is read if that was not done before; false if there is
 * none, or it is another one by now. May block. */
bool live_hash(struct generation *generation);

/* Whether a plugin of that name is part of the program. */
bool live_is_built_in(struct live *live, struct joist_bytes plugin);

#endif
