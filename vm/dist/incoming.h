/* Messages of a peer take effect here. On the thread of the dist. */
#ifndef JOIST_VM_DIST_INCOMING_H
#define JOIST_VM_DIST_INCOMING_H

#include "vm/dist/incoming_parts.h"

/* Takes a message of the connection: a control message and what belongs to it. 0; -EBADMSG for
 * what no node would send, -E2BIG, -ENOMEM: the connection is to end. */
int incoming_take(struct peer *peer, struct joist_bytes message);

#endif
