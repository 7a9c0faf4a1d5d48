/* What waits to be written to a peer, in the order in which it may go. Small frames stand one
 * behind the other in large blocks. A large message is a *lane*: its fragments take turns with
 * those of other lanes and with the small frames, so that nobody waits behind ten megabytes of
 * somebody else. What its sender sends after it stays behind it, in the lane. Under the lock
 * of the peer that it belongs to. */
#ifndef JOIST_VM_DIST_OUTBOX_H
#define JOIST_VM_DIST_OUTBOX_H

#include "vm/base/text.h"
#include "vm/term/term.h"

/* Messages of more bytes go in fragments, each of so many: with one of two fragments less is gained for
 * others than it costs. */
#define OUTBOX_WHOLE_BYTES (128 * 1024)
#define OUTBOX_FRAGMENT_BYTES (64 * 1024)

struct cargo;
struct lane;

/* Bytes to be written as they are. */
struct block {
	struct block *next;
	struct lane *lane; /* no bytes: here that lane begins */
	size_t size, room, at; /* `at`: written so far */
	unsigned char bytes[];
};

struct outbox {
	struct block *first, **last;
	struct lane *waiting; /* those whose place among the blocks has not come */
	struct lane *open, **open_last; /* those that take turns, the next one first */
	bool lanes_turn;
	uint64_t sequence; /* the last one given to a lane */
	size_t bytes;
};

void outbox_init(struct outbox *outbox);
void outbox_finish(struct outbox *outbox);

/* Whether nothing is to be written. */
static inline bool outbox_is_empty(const struct outbox *outbox)
{
	return !outbox->first && !outbox->open;
}

/* A large message, made where no lock is held: `size` bytes, of which the first `head` are what
 * its first fragment has whole. NULL when memory is short. */
struct cargo *cargo_make(const void *bytes, size_t head, size_t size);
void cargo_free(struct cargo *cargo);

/* Adds a frame of `from` (nobody: of none in particular), or, in its place, the cargo that it was
 * made, which is then taken over. False when memory is short: then nothing was added. */
bool outbox_add(struct outbox *outbox, joist_pid from, struct joist_bytes frame,
		struct cargo *cargo);

/* What to write next, which is the caller's, to be freed by block_free; NULL if there is nothing,
 * or memory is short. */
struct block *outbox_next(struct outbox *outbox);

void block_free(struct block *block);

#endif
