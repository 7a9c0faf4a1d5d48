/* Starting actors for other nodes, and on them. */
#ifndef JOIST_VM_DIST_FAR_SPAWN_H
#define JOIST_VM_DIST_FAR_SPAWN_H

#include "vm/dist/incoming_parts.h"

/* A request of the peer's, and an answer to one of ours. On the thread of the dist; as
 * incoming_take. */
int far_spawn_take_request(struct incoming *in);
int far_spawn_take_reply(struct incoming *in);

#endif
