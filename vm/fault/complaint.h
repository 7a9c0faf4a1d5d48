/* What libc says of the heap before it aborts. */
#ifndef JOIST_VM_FAULT_COMPLAINT_H
#define JOIST_VM_FAULT_COMPLAINT_H

#include <stdbool.h>
#include <stdint.h>

/* Looks for where libc's texts are. Once, before the other. */
void complaint_look(void);

/* Whether the thread, whose stack may be read from `sp` to `high`, aborts by a complaint that libc makes
 * before it takes any lock. In the handler of a signal. */
bool complaint_is_early(uintptr_t sp, uintptr_t high);

#endif
