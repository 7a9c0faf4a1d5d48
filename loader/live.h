/* What a running node does with files of plugins: loads them, has them found by their names,
 * unloads them.
 *
 * Owned by the main thread; between start and stop only the actor code_server enters, or a thread
 * that it waits for. */
#ifndef JOIST_LOADER_LIVE_H
#define JOIST_LOADER_LIVE_H

#include "loader/registry.h"
#include "loader/script.h"
#include "loader/store.h"

struct fetch_rules;

struct live {
	struct registry *registry;
	struct store *store; /* NULL: none yet */
	bool has_old; /* live_sweep may have something to do later */
	/* The boot script in force, which code_apply.c replaces; where another one's plugins are. */
	struct script *script;
	struct script *again; /* the same, if it was read by the running node */
	const struct script_places *places;
	const struct fetch_rules *fetch; /* NULL: the node gives and takes no code */
};

/* Judges the file as a boot does, copies it into the store, and loads it as a candidate of its
 * plugin, with that config, or, if it is none, the one that the plugin has. A generation that is there
 * already and has the same bytes is returned as it is. NULL, with an error added, if it is refused. May
 * block. */
struct code *live_candidate(struct live *live, const char *file, joist_term config,
			    struct report *report);

/* What a node would change if it were started again with that file of a plugin. */
enum live_difference { LIVE_SAME, LIVE_MISSING, LIVE_OTHER, LIVE_CONFIGURED };

struct live_compared {
	enum live_difference difference;
	char plugin[64], version[64]; /* of the file */
	const struct code *code; /* that is committed; NULL: none is */
};

/* Compares the file, which a boot script names with that config, with what the node has committed: as at a
 * boot, what was loaded later counts, unless the file has changed since. False, with an error added, if
 * it cannot be loaded. May block. */
bool live_compare(struct live *live, const char *file, joist_term config,
		  struct live_compared *ret_compared, struct report *report);

/* Has the next boot know that what is committed of the plugin came from the script's file. False, with
 * an error added, if that cannot be recorded. May block. */
bool live_settle(struct live *live, const char *plugin, struct report *report);

/* Has it found by its name from now on, and by the next boot; generations that nothing needs go.
 * False, with an error added, if that cannot be recorded: then it is found by this node, and not by
 * the next boot. May block. */
bool live_commit(struct live *live, struct code *code, struct report *report);

/* The `hash` of the VM's struct travel_port, whose owner is a struct live with `fetch`: other nodes
 * that may have files of this one start actors of them. Any thread. */
bool live_travels(void *live, struct joist_bytes plugin, joist_atom node,
		  unsigned char ret_hash[static CODE_HASH_BYTES]);

/* Unloads what nothing pins and nobody would go back to. May block. */
void live_sweep(struct live *live);

/* The hash of a generation's file, which is read if that was not done before; false if there is
 * none, or it is another one by now. May block. */
bool live_hash(struct live *live, struct generation *generation);

/* Whether there is a generation of the plugin that has that file. May block. */
bool live_has(struct live *live, struct joist_bytes plugin, const struct digest *hash);

/* Loads a file that another node has sent, of the store: it is found by its name if nothing was
 * before, else it is there for actors that are started of that very file, until there are none.
 * False, with an error added, if it is refused. May block. */
bool live_arrive(struct live *live, const char *file, struct report *report);

/* Whether a plugin of that name is part of the program. */
bool live_is_built_in(struct live *live, struct joist_bytes plugin);

#endif
