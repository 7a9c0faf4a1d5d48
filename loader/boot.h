/* Reads a boot script: all that is wrong with it is told, and nothing is started. */
#ifndef JOIST_LOADER_BOOT_H
#define JOIST_LOADER_BOOT_H

#include "loader/script.h"

/* Reads and checks the script in `file` and the plugins that it names. False, with errors added, if it
 * cannot be run. In any case the script must be finished. Borrows the rest. */
bool boot_read(struct script *script, const char *file, const struct script_places *places,
	       const struct image_node *node, struct registry *built_in, struct report *report);

/* The same for a script in memory; `file` is what it is called in errors. */
bool boot_read_text(struct script *script, const char *file, struct joist_bytes text,
		    const struct script_places *places, const struct image_node *node,
		    struct registry *built_in, struct report *report);

/* Frees all that it has. */
void boot_finish(struct script *script);

#endif
