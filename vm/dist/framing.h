/* Frames of a connection as they come in: the layouts that they may have, and messages that come in
 * fragments put together again. */
#ifndef JOIST_VM_DIST_FRAMING_H
#define JOIST_VM_DIST_FRAMING_H

#include "vm/base/text.h"
#include "vm/term/term.h"

/* All that may wait for the rest of its message: bytes, and messages. More is the end of the
 * connection. */
#define FRAMING_BYTES_MAX (256u << 20)
#define FRAMING_OPEN_MAX 4096

enum {
	FRAME_HEADER = 68, /* the tags behind the version: a whole message, */
	FRAME_FIRST = 69, /* the first of its fragments, */
	FRAME_FRAGMENT = 70, /* another one */
	FRAME_PASS_THROUGH = 112, /* instead of the version: no header */
};

/* A message of which not all has come. */
struct fragments;

struct framing {
	bool headers; /* chosen in the handshake: else frames are passed through */
	struct fragments *open;
	uint32_t open_count;
	size_t open_bytes;
	struct text whole; /* the message that was last put together */
};

/* Takes the frame: 1 if it makes a message whole, whose bytes, a control message and what belongs
 * to it, are borrowed until the next frame; 0 if more must come; -EBADMSG, -E2BIG or -ENOMEM. */
int framing_take(struct framing *framing, struct joist_bytes frame,
		 struct joist_bytes *ret_message);

void framing_finish(struct framing *framing);

#endif
