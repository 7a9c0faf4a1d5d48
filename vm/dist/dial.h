/* The way to a peer: from its name to a connection. On the thread of the dist. */
#ifndef JOIST_VM_DIST_DIAL_H
#define JOIST_VM_DIST_DIAL_H

#include "vm/dist/line.h"

/* Begins to connect to the peer, which has neither a line nor an attempt. */
void dial_begin(struct peer *peer);

/* The line's socket can be read from or written to. */
void dial_ready(struct line *line);

/* Takes up what the threads that look up names have found. */
void dial_resolved(struct dist *dist);

#endif
