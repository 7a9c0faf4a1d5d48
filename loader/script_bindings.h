/* The bindings of a boot script: their libraries loaded, their prototypes read and judged. */
#ifndef JOIST_LOADER_SCRIPT_BINDINGS_H
#define JOIST_LOADER_SCRIPT_BINDINGS_H

#include "loader/script.h"

/* Fills script->bindings and adds an error for each mistake in them. False when memory is short. */
bool script_bindings_read(struct script *script, struct report *report);

/* Compares them with the debug information of their libraries, where there is some. */
bool script_bindings_compare(const struct script *script, struct report *report);

/* Adds them to the registry, which owns them from then on. */
bool script_bindings_load(struct script *script, struct registry *registry, struct report *report);

/* Whether one has that name. */
bool script_binding(const struct script *script, struct joist_bytes name);

/* Frees those that are not loaded. */
void script_bindings_finish(struct script *script);

#endif
