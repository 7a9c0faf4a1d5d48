/* Lines: sockets to other nodes, from the first word on. Each is in one of the stages dial.h,
 * greet.h and stream.h, in this order; one that was accepted has no dial. On the thread of the
 * dist. */
#ifndef JOIST_VM_DIST_LINE_H
#define JOIST_VM_DIST_LINE_H

#include "vm/dist/framing.h"
#include "vm/dist/peer.h"

enum line_state {
	LINE_RESOLVING, /* dial: for the addresses of the host, */
	LINE_ASKING, /* for what the port mapper says, */
	LINE_CONNECTING, /* for the connection */
	LINE_STATUS, /* greet: what the other says to our name, */
	LINE_CHALLENGE, /* its challenge, */
	LINE_ACK, /* that ours was met; */
	LINE_NAME, /* or, when accepted, for its name, */
	LINE_ALIVE, /* whether it wants a second connection, */
	LINE_REPLY, /* for its answer to our challenge */
	LINE_PARKED, /* the other's attempt is to win */
	LINE_UP, /* stream */
};

/* How long an attempt may take. */
#define LINE_SETUP_NS (7 * CLOCK_NS_PER_S)

/* A look-up. The line may be gone before it is over. */
struct resolving {
	struct blocking_job job;
	struct resolving *next;
	struct dist *dist;
	struct line *line; /* NULL: gone */
	int result;
	struct address address;
	char host[HANDSHAKE_NAME_MAX + 1];
};

struct line {
	struct line *next, **link;
	struct dist *dist;
	struct peer *peer; /* NULL: not known yet */
	enum line_state state;
	bool dialled;
	bool replaces; /* the peer has another line, which ends when this one is up */
	int fd;
	int64_t deadline_ns; /* of the attempt; then the next tick */
	struct watch_wait reads, writes;

	unsigned char *in; /* what was read: from in_at to in_size not taken yet */
	size_t in_at, in_size, in_room;
	struct text out; /* of the dial and the greeting: from out_at on not written yet */
	size_t out_at;

	struct resolving *resolving; /* a look-up that is under way */
	struct address address; /* of the peer's host */
	uint16_t port; /* where the peer listens */
	struct handshake_name other;
	uint32_t challenge; /* that the other has to meet */

	struct block *block; /* is being written */
	struct framing framing;
	bool has_read, has_written; /* since the last tick */
	bool full; /* nothing is read until the outbox is emptier */
	int silent; /* ticks in a row without a byte read */
};

/* A line without a socket; NULL when memory is short. */
struct line *line_make(struct dist *dist, enum line_state state);

/* The socket `fd` is the line's; the one before is closed. False if it cannot be watched. */
bool line_use(struct line *line, int fd);

/* Each has the line's socket looked at again when it can be read from, or written to; false if
 * that cannot be. */
bool line_await_read(struct line *line);
bool line_await_write(struct line *line);

/* Reads what is there, up to some amount: how many bytes, 0 at the end, -EAGAIN if nothing, or
 * -errno. */
int64_t line_read(struct line *line);

/* What was read and not taken yet. */
static inline struct joist_bytes line_bytes(const struct line *line)
{
	return (struct joist_bytes){ line->in + line->in_at, line->in_size - line->in_at };
}

/* Writes what is in `out`; false if the line is broken. */
bool line_write(struct line *line);

/* Ends the line, for which nothing is said. */
void line_free(struct line *line);

/* Ends the line and what it was for: the session, if it was up; the attempt. `why` is for the
 * log; NULL: nothing is logged. */
void line_close(struct line *line, const char *why);

#endif
