/* A session: the time for which a peer is connected. On the thread of the dist. */
#ifndef JOIST_VM_DIST_SESSION_H
#define JOIST_VM_DIST_SESSION_H

#include "vm/dist/peer.h"

/* The handshake with the peer's incarnation `creation` is over, with those flags. Tells who hears
 * of nodes, then sends what has waited. False when no more nodes can be known. */
bool session_begin(struct peer *peer, uint32_t creation, uint64_t flags);

/* The connection is lost: links and monitors tell of it, then who hears of nodes. Its line is
 * gone. */
void session_end(struct peer *peer);

/* No connection could be made. */
void session_refuse(struct peer *peer);

#endif
