/* The handshake, on a line that is connected. On the thread of the dist. */
#ifndef JOIST_VM_DIST_GREET_H
#define JOIST_VM_DIST_GREET_H

#include "vm/dist/line.h"

/* The line that was dialled is connected: we say our name. */
void greet_dialled(struct line *line);

/* A connection was accepted: the other says its name. */
void greet_accepted(struct dist *dist, int fd);

/* The line's socket can be read from or written to. */
void greet_ready(struct line *line);

#endif
