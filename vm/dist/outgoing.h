/* Signals to actors of other nodes. */
#ifndef JOIST_VM_DIST_OUTGOING_H
#define JOIST_VM_DIST_OUTGOING_H

#include "vm/dist/peer.h"

/* Sends `signal`, which is taken over, to `to`, which is of another node: over its connection, or
 * as soon as there is one. Where there can be none, the sender is told as Erlang would. `w` is
 * the calling thread's worker, or NULL. */
void outgoing_send(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *signal);

/* The peer's connection is there: sends all that has waited for it; then the peer is up. Under
 * the lock, which is given back at times. */
void outgoing_flush(struct peer *peer);

/* There will be none: tells those whose signals have waited. Not under the lock. */
void outgoing_refuse(struct peer *peer);

#endif
