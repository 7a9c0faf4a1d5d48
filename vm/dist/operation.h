/* Control messages: what a frame is about. The first element of their tuple. */
#ifndef JOIST_VM_DIST_OPERATION_H
#define JOIST_VM_DIST_OPERATION_H

#include "vm/dist/peer.h"

enum operation {
	OP_LINK = 1,
	OP_SEND = 2,
	OP_EXIT = 3,
	OP_UNLINK = 4,
	OP_NODE_LINK = 5,
	OP_REG_SEND = 6,
	OP_GROUP_LEADER = 7,
	OP_EXIT2 = 8,
	OP_SEND_TT = 12, /* _TT: with a trace token, which is ignored */
	OP_EXIT_TT = 13,
	OP_REG_SEND_TT = 16,
	OP_EXIT2_TT = 18,
	OP_MONITOR_P = 19,
	OP_DEMONITOR_P = 20,
	OP_MONITOR_P_EXIT = 21,
	OP_SEND_SENDER = 22,
	OP_SEND_SENDER_TT = 23,
	OP_PAYLOAD_EXIT = 24,
	OP_PAYLOAD_EXIT_TT = 25,
	OP_PAYLOAD_EXIT2 = 26,
	OP_PAYLOAD_EXIT2_TT = 27,
	OP_PAYLOAD_MONITOR_P_EXIT = 28,
	OP_SPAWN_REQUEST = 29,
	OP_SPAWN_REQUEST_TT = 30,
	OP_SPAWN_REPLY = 31,
	OP_SPAWN_REPLY_TT = 32,
	OP_ALIAS_SEND = 33,
	OP_ALIAS_SEND_TT = 34,
	OP_UNLINK_ID = 35,
	OP_UNLINK_ID_ACK = 36,
	OP_ALTACT_SIG_SEND = 37,
};

/* A control message, and what belongs to it (none: nothing), as bytes. */
struct operation_bytes {
	struct text text;
	size_t head; /* bytes of the first */
	struct cargo *cargo; /* both, if the second is large enough to go in fragments */
};

/* Encodes both for a connection with those flags; false when memory is short. To be given to
 * operation_drop in any case. */
bool operation_encode(struct operation_bytes *bytes, uint64_t flags, joist_term control,
		      joist_term payload);
void operation_drop(struct operation_bytes *bytes);

/* Puts what was encoded into the outbox of the peer, under its lock; one that lacks memory for it
 * loses its connection. `from` is the sender, or nobody. */
void operation_put(struct peer *peer, joist_pid from, struct operation_bytes *bytes);

/* All of that, where the lock is held and the peer is up: for small ones. */
void operation_send(struct peer *peer, joist_pid from, joist_term control, joist_term payload);

#endif
