/* Whether a fault can be the end of its actor alone. */
#ifndef JOIST_VM_FAULT_VERDICT_H
#define JOIST_VM_FAULT_VERDICT_H

#include "vm/actor/fault.h"

/* Looks for what the others need. Once, before them. */
void verdict_prepare(void);

/* NULL if it can; else why the node has to stop. On the thread that faulted; in a handler of a signal. */
const char *verdict(const struct fault *f);

/* Gives up what the thread holds and need not keep: after the verdict that it goes on. */
void verdict_release(const struct fault *f);

#endif
