/* The limits of a boot script that hold for a node while it runs. */
#ifndef JOIST_LOADER_NODE_LIMITS_H
#define JOIST_LOADER_NODE_LIMITS_H

#include "loader/script.h"

/* Has no more atoms made than the script says. */
void node_limits_atoms(const struct script *script);

/* Has the node keep to all that the script says: for actors that start from now on. Any thread. */
void node_limits_set(struct joist_vm *vm, const struct script *script);

#endif
