/* Where in the source a fault was, asked by a thread that may wait for the answer. */
#ifndef JOIST_LOADER_BLAME_H
#define JOIST_LOADER_BLAME_H

#include "loader/registry.h"
#include "vm/actor/fault.h"

/* "function at file.c:12" of the innermost frame that is a plugin's; empty if nothing is known. Takes some
 * tens of milliseconds. */
void blame_find(const struct fault *fault, struct registry *registry, char *ret_text, size_t size);

#endif
