/* A line that is up: frames in and out, ticks. On the thread of the dist. */
#ifndef JOIST_VM_DIST_STREAM_H
#define JOIST_VM_DIST_STREAM_H

#include "vm/dist/line.h"

/* The handshake is over: the peer's session begins. False if it cannot; the line is as it was. */
bool stream_begin(struct line *line);

/* The line's socket can be read from or written to; may end it. */
void stream_ready(struct line *line);

/* Something is in the outbox; may end the line. */
void stream_write(struct line *line);

/* Its time has come: a quarter of the tick time is over. May end it. */
void stream_tick(struct line *line, int64_t now_ns);

#endif
