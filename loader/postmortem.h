/* Says where in the source a node was that had to stop: asked by its parent, when the node is gone. */
#ifndef JOIST_LOADER_POSTMORTEM_H
#define JOIST_LOADER_POSTMORTEM_H

#include <stddef.h>

/* Copies `line`, which vm/fault/halt.c has made, with functions, files and lines added to its frames as far
 * as they are known and there is room. `where` becomes the innermost such frame, "f (x.c:1)"; empty if
 * there is none. Takes two seconds at most. */
void postmortem_name(const char *line, char *to, size_t room, char where[static 512]);

#endif
