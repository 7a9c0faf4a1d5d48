/* How a node of `joist run` takes part in a cluster: what the script and the command line say of
 * it, put together. */
#ifndef JOIST_LOADER_NETWORK_H
#define JOIST_LOADER_NETWORK_H

#include <semaphore.h>

#include "loader/init.h"
#include "loader/node.h"
#include "loader/script.h"
#include "vm/dist/distribution.h"

/* What the command line says; NULL and 0 where it says nothing. */
struct network_given {
	const char *cookie, *cookie_file, *listen;
	bool hidden;
	int64_t epmd_port, net_ticktime;
};

struct network {
	struct distribution_options options;
	char cookie[512];
	struct init_host host; /* of the services */
	sem_t told; /* posted when they have started, or ended */
	bool started;
};

/* Puts it together; false, with an error added, if that cannot be. `*ret_joins`: the node has a
 * name and a cookie, and so takes part. */
bool network_read(struct network *network, const struct script *script,
		  const struct network_given *given, bool *ret_joins, struct report *report);

/* Starts what other nodes expect of one, and waits until it is there: an actor of init:init. Nobody, with
 * an error added, when memory is short. `network` must stay as long as the node. */
joist_pid network_serve(struct network *network, struct node *node, const struct script *script,
			struct report *report);

/* Has the node connect to those that the script names, and again when they are lost. */
void network_connect(struct joist_vm *vm, const struct script *script);

/* Adds the error that vm_create or vm_join has told; false. */
bool network_report(const struct network *network, int error, struct report *report);

#endif
