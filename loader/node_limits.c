/* Limits that an operator may change while the node runs. Owns nothing; any thread. */
#include "loader/node_limits.h"

#include "vm/base/alarm.h"
#include "vm/term/atom.h"

static void alarm_atoms(size_t count, size_t limit)
{
	alarm_raise(NULL, ALARM_ATOMS_HIGH,
		    "%zu of %zu atoms are in use; raise \"atoms\" in \"limits\", or find what "
		    "makes them",
		    count, limit);
}

void node_limits_atoms(const struct script *script)
{
	atom_limit(script->atoms, alarm_atoms);
}

void node_limits_set(struct joist_vm *vm, const struct script *script)
{
	node_limits_atoms(script);
	vm_limit(vm, &script->limits);
}
