/* The node's place in the port mapper's list: a connection that is kept as long as the node
 * lives. On the thread of the dist. */
#ifndef JOIST_VM_DIST_MAPPER_H
#define JOIST_VM_DIST_MAPPER_H

#include "vm/dist/dist.h"

struct mapper {
	struct dist *dist;
	int fd; /* -1: no connection */
	bool asked, listed;
	unsigned refusals; /* of the name, so far */
	int64_t retry_ns; /* when to try again */
	struct text out;
	size_t out_at, in_size;
	unsigned char in[8];
	struct watch_wait reads, writes;
};

void mapper_init(struct mapper *mapper, struct dist *dist);

/* Begins to connect, if it is time to. */
void mapper_tick(struct mapper *mapper, int64_t now_ns);

/* The connection can be read from or written to. */
void mapper_ready(struct mapper *mapper);

void mapper_finish(struct mapper *mapper);

#endif
