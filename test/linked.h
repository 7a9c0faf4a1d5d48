/* Nodes for tests of the VM that need actors but no loader: they have one plugin, which is linked into
 * the program, as if it had been loaded. */
#ifndef JOIST_TEST_LINKED_H
#define JOIST_TEST_LINKED_H

#include "vm/vm.h"

/* Fills `port`, for a node that does not run yet; what it finds lives as long as the program. */
void linked_port(struct code_port *port);

/* Makes a node by `options` with that port, runs the actor "plugin:export" with `args` until it ends,
 * and stops the node. The reason that it ended with as Erlang text, until the next time; NULL if there
 * is no such node. */
const char *linked_run(const struct vm_options *options, const char *name, joist_term args);

/* Takes all actors of the plugin to the other of its two generations, which is the same code with a newer
 * version of states, or none. By an actor, which waits by `wait`. Whether it was done. */
bool linked_upgrade(struct joist_vm *vm, void (*wait)(void *waiter), void *waiter);

#endif
