/* A node's distribution as its owner sees it: made, started, stopped. */
#ifndef JOIST_VM_DIST_DISTRIBUTION_H
#define JOIST_VM_DIST_DISTRIBUTION_H

#include "vm/dist/dist.h"

struct distribution_options {
	const char *name; /* NAME@HOST */
	struct joist_bytes cookie;
	const char *listen; /* ADDRESS:PORT; NULL: 127.0.0.1:0 */
	bool hidden;
	uint16_t epmd_port; /* 0: there is no port mapper, and all nodes listen at one port */
	unsigned net_ticktime_s; /* 0: 60 */
};

/* Makes the node that `vm` is a distributed one, before it runs: 0, -EADDRINUSE, -ENOMEM or
 * another -errno. From then on it is vm->dist. */
int distribution_create(struct joist_vm *vm, const struct distribution_options *options);

/* Starts its thread, and waits until the port mapper has listed it, or does not answer: 0;
 * -EEXIST if it lists another node of that name; or -errno. */
int distribution_start(struct dist *dist);

/* Writes what is still to be written, for a moment at most, and ends all connections and the
 * thread. */
void distribution_stop(struct dist *dist);

void distribution_destroy(struct dist *dist);

#endif
