/* The end of the node for a fault that no actor can answer for. */
#ifndef JOIST_VM_FAULT_HALT_H
#define JOIST_VM_FAULT_HALT_H

#include "vm/actor/fault.h"

/* What is to be done between the line and the end, for less than half a second. In a handler of a signal,
 * on a thread that may hold any lock. */
typedef void (*halt_work)(void *argument);
#define HALT_WORKS_MAX 8

/* From now on; or no more. Any thread. */
void halt_begin_by(halt_work work, void *argument);
void halt_forget(void *argument);

/* Writes a line to the log, with what `f` says (NULL: nothing), and ends the process with the status
 * FAULT_EXIT_STATUS. Also in a handler of a signal. */
void halt(const struct fault *f, const char *why) __attribute__((noreturn));

#endif
