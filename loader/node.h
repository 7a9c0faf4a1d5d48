/* A node with its plugins: the VM and the registry that it asks for code. */
#ifndef JOIST_LOADER_NODE_H
#define JOIST_LOADER_NODE_H

#include "loader/registry.h"
#include "vm/vm.h"

struct node {
	struct registry *registry;
	struct joist_vm *vm; /* NULL until it has started */
};

/* Makes a node that knows `plugins` (ended by NULL; may be NULL) and does not run yet. False, with an
 * error added, if it cannot be made; then there is nothing to close. */
bool node_open(struct node *node, const struct joist_plugin *const *plugins, struct report *report);

/* Adds a plugin of the program, with `data` for exports that have none. */
bool node_add(struct node *node, const struct joist_plugin *plugin, const void *data,
	      struct report *report);

/* Starts its threads; `options` need not have the code port. False, with an error added, if it cannot. */
bool node_start(struct node *node, struct vm_options options, struct report *report);

/* Ends its actors without asking them, then its threads, and unloads its plugins. */
void node_close(struct node *node);

#endif
