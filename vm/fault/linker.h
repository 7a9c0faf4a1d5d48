/* The locks of the dynamic linker. */
#ifndef JOIST_VM_FAULT_LINKER_H
#define JOIST_VM_FAULT_LINKER_H

#include <stdbool.h>

/* Looks for where they are. Once, before the other. */
void linker_look(void);

/* Whether the calling thread holds one. In a handler of a signal. */
bool linker_is_locked(void);

#endif
