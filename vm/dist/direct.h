/* Senders that write to a peer's socket themselves, which spares them waking a thread for it. */
#ifndef JOIST_VM_DIST_DIRECT_H
#define JOIST_VM_DIST_DIRECT_H

#include "vm/dist/peer.h"

/* Whether who adds a small frame to the outbox now is to write it, by direct_write; else what is added is
 * left to the thread, by direct_leave. All under the peer's lock. */
bool direct_is_due(const struct peer *peer);
void direct_write(struct peer *peer);
void direct_leave(struct peer *peer);

/* Whether something is left to the thread, as far as the calling one has heard. Also without the
 * lock. */
bool direct_has_left(const struct peer *peer);

/* The thread takes what to write next (NULL: nothing), and says where senders may write from then on if
 * that is nothing. Under the lock. */
struct block *direct_next_block(struct peer *peer, int fd);

/* The socket is to be closed. Not under the lock. */
void direct_end(struct peer *peer);

#endif
