/* A port mapper, where no other runs: the first node of a machine is one for all others, Erlang's
 * too. On the thread of the dist. */
#ifndef JOIST_VM_DIST_MAP_SERVER_H
#define JOIST_VM_DIST_MAP_SERVER_H

#include "vm/dist/dist.h"

struct map_client;

struct map_server {
	struct dist *dist;
	int listener; /* -1: it does not serve */
	struct watch_wait accepts;
	struct map_client *clients;
	unsigned count;
	uint32_t creation; /* the last one given */
};

void map_server_init(struct map_server *server, struct dist *dist);

/* Begins to serve, if nobody else does. */
void map_server_begin(struct map_server *server);

/* Whether the wait was one of the server's; then it is done. */
bool map_server_ready(struct map_server *server, struct watch_wait *wait);

/* Ends those who have not said what they want for too long. */
void map_server_tick(struct map_server *server, int64_t now_ns);

void map_server_finish(struct map_server *server);

#endif
