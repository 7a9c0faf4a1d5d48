/* Loads the plugins of a boot script: each from the script's file, or from what the node has
 * committed in its place. */
#ifndef JOIST_LOADER_BOOT_LOAD_H
#define JOIST_LOADER_BOOT_LOAD_H

#include "loader/script.h"
#include "loader/store.h"

struct boot_load {
	struct registry *registry;
	struct store *store; /* NULL: there is none */
	const char *shipped; /* files of this directory need no copy */
	bool from_script; /* whatever is recorded */
	bool travels; /* other nodes may have the files, by their hashes */
};

/* False, with errors added, if one cannot be loaded. May block. */
bool boot_load(const struct boot_load *how, struct script *script, struct report *report);

#endif
