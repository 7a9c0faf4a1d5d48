/* Peers: the nodes that this one is or was connected to, or tries to be. One stays for the life
 * of the node, whatever becomes of its connections. */
#ifndef JOIST_VM_DIST_PEER_H
#define JOIST_VM_DIST_PEER_H

#include "vm/dist/bonds.h"
#include "vm/dist/dist.h"
#include "vm/dist/outbox.h"
#include "vm/term/decoding.h"

enum peer_state {
	PEER_DOWN,
	PEER_PENDING, /* a connection is being made; signals wait for it */
	PEER_UP,
};

/* A signal that waits for the connection. */
struct pending {
	struct pending *next;
	joist_pid from, to;
	struct signal *signal;
};

/* An actor that waits for room in the outbox, or for the connection. */
struct waker {
	struct waker *next;
	struct signal *signal;
	joist_pid pid;
};

struct peer {
	struct dist *dist;
	joist_atom name;
	struct peer *next; /* under the lock of the dist, as the next two */
	struct peer *next_todo;
	bool has_todo;

	struct mutex lock; /* of all until the next comment */
	enum peer_state state;
	bool drop; /* the connection is to end */
	bool failed; /* memory was short for what must not be lost: so is it */
	uint32_t session; /* counts the connections */
	uint32_t node; /* the number of the incarnation that it is connected to, or was last */
	uint64_t flags; /* chosen for the connection */
	struct pending *pending, **pending_last;
	size_t pending_bytes;
	struct waker *wakers;
	struct outbox outbox;
	int idle_fd; /* where who sends may write, for the thread does not; else -1 (direct.h) */
	int64_t alone_ns; /* from then on a message is one that comes alone */
	struct block
		*begun; /* what a sender has not written to its end; before all in the outbox */
	atomic_bool
		unwritten; /* changed under the lock: something is left for the thread to write */
	struct bonds bonds;
	uint64_t unlink_id; /* the last one given */

	/* Of the thread of the dist. */
	struct line *line; /* the connection */
	struct line *attempt; /* one that is being made */
	struct decode_budget budget; /* for all its life */
};

/* More than that in its outbox, and who sends has to wait; until half of it is left. More than that for a
 * connection that is being made: until it is there, or is not to be. */
#define PEER_BUSY_BYTES (1024 * 1024)

/* Whether who sends has to wait; under the lock. */
static inline bool peer_is_busy(const struct peer *peer)
{
	return (peer->state == PEER_UP && peer->outbox.bytes > PEER_BUSY_BYTES) ||
	       (peer->state == PEER_PENDING && peer->pending_bytes > PEER_BUSY_BYTES);
}

/* The peer that the node of that number is; made if need be. NULL when memory is short, and for
 * this node in another life, which is nobody's peer. */
struct peer *peer_of(struct dist *dist, uint32_t node);

/* The peer of that name; made if need be. */
struct peer *peer_named(struct dist *dist, joist_atom name);

/* The same if it is one already, else NULL. */
struct peer *peer_known(struct dist *dist, joist_atom name);

/* Has the thread look after the peer: connect, write, or end the connection. Not under its lock. */
void peer_wake(struct peer *peer);

/* Takes a peer off the list of those to look after; NULL at its end. */
struct peer *peer_next_todo(struct dist *dist);

/* Adds a signal to those that wait, under the lock; false when memory is short. */
bool peer_wait(struct peer *peer, joist_pid from, joist_pid to, struct signal *signal);

/* Takes the oldest of them; NULL: none is left. Under the lock. */
struct pending *peer_take_pending(struct peer *peer);

/* Makes those run that wait for the peer; under the lock. */
void peer_wake_actors(struct peer *peer);

/* Frees it and all that it holds. */
void peer_destroy(struct peer *peer);

#endif
