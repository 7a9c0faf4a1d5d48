/* The plugins that a boot script names: their files found, read and judged. */
#ifndef JOIST_LOADER_SCRIPT_PLUGINS_H
#define JOIST_LOADER_SCRIPT_PLUGINS_H

#include "loader/script.h"

/* Fills script->plugins and adds an error for each that cannot be loaded. False when memory is short. */
bool script_plugins_read(struct script *script, const struct script_places *places,
			 const struct image_node *node, struct report *report);

/* Frees what the images hold. */
void script_plugins_finish(struct script *script);

#endif
