/* The end of the node for a fault that no actor can answer for. */
#ifndef JOIST_VM_FAULT_HALT_H
#define JOIST_VM_FAULT_HALT_H

#include "vm/actor/fault.h"

/* Writes a line to the log, with what `f` says (NULL: nothing), and ends the process at once with
 * FAULT_EXIT_STATUS. Also in a handler of a signal. */
void halt(const struct fault *f, const char *why) __attribute__((noreturn));

#endif
