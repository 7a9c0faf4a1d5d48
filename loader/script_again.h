/* A boot script read by a node that runs. */
#ifndef JOIST_LOADER_SCRIPT_AGAIN_H
#define JOIST_LOADER_SCRIPT_AGAIN_H

#include "loader/script.h"

/* Reads the file as a start of the node would; NULL, with errors added, if it could not be run. */
struct script *script_again(const char *file, const struct script_places *places,
			    struct report *report);

/* NULL is fine. */
void script_again_free(struct script *script);

#endif
