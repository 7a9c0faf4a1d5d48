/* errno, where it is read and written across a switch of stacks: it belongs to the thread, but an actor
 * that waits finds its own again. */
#ifndef JOIST_VM_BASE_ERRNUM_H
#define JOIST_VM_BASE_ERRNUM_H

#include <joist/abi.h>

static inline int errnum_get(void)
{
	return *joist_errno();
}

static inline void errnum_set(int error)
{
	*joist_errno() = error;
}

#endif
