/* A node with its plugins: the VM and the registry that it asks for code. */
#ifndef JOIST_LOADER_NODE_H
#define JOIST_LOADER_NODE_H

#include "loader/init.h"
#include "loader/registry.h"
#include "vm/vm.h"

struct node {
	struct registry *registry;
	struct crashlog *crashlog; /* likewise */
	size_t threads; /* that the process had before; 0: nobody counts */
	struct joist_vm *vm; /* NULL until it has started */
};

/* Makes a node that knows init and `plugins` (ended by NULL; may be NULL) and does not run yet. False,
 * with an error added, if it cannot be made; then there is nothing to close. */
bool node_open(struct node *node, const struct joist_plugin *const *plugins, struct report *report);

/* Adds a plugin of the program, with `data` for exports that have none. */
bool node_add(struct node *node, const struct joist_plugin *plugin, const void *data,
	      struct report *report);

/* Starts its threads; `options` need not have the ports. `is_joist` says that this program is `joist`: then
 * crash reports have files and lines, and other threads are known to be of plugins. False, with an error
 * added, if it cannot. */
bool node_start(struct node *node, struct vm_options options, bool is_joist, struct report *report);

/* Starts init:init with a supervision tree; `host` hears of it until it has ended. Nobody, with an
 * error added, when memory is short. */
joist_pid node_boot(struct node *node, const char *name, struct init_host *host, joist_term tree,
		    struct report *report);

/* Starts an actor and waits for its end: the reason as Erlang text, to be freed; NULL when memory is
 * short. Not from an actor. */
char *node_await(struct node *node, const char *name, joist_term args);

/* Ends its actors without asking them, then its threads, and unloads its plugins. False: C code of theirs
 * runs on and could not be ended, of actors or on threads of its own; so nothing was unloaded, and the
 * process should end without ado. */
bool node_close(struct node *node);

#endif
