/* The locks of libc's malloc. */
#ifndef JOIST_VM_FAULT_ALLOCATORS_H
#define JOIST_VM_FAULT_ALLOCATORS_H

#include <stdbool.h>

#include "vm/actor/fault.h"

/* Whether the calling thread, which has faulted, may have left one of them locked. In a handler of a
 * signal. */
bool allocators_may_be_locked(const struct fault *f);

/* Has `end` called when the calling thread leaves malloc, now or the next time. In a handler, too. */
void allocators_end_by(void (*end)(void));

/* The frames of malloc that it was in are gone. */
void allocators_left(void);

#endif
