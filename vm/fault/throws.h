/* Exceptions that nobody catches. */
#ifndef JOIST_VM_FAULT_THROWS_H
#define JOIST_VM_FAULT_THROWS_H

#include <stdbool.h>

/* Whether the calling thread has thrown one, and has not ended for it yet; it is forgotten. */
bool throws_was_uncaught(void);

#endif
