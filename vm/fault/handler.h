/* Signals that code raises by what it does, and what becomes of them. */
#ifndef JOIST_VM_FAULT_HANDLER_H
#define JOIST_VM_FAULT_HANDLER_H

/* From now on a fault of an actor's code is that actor's end. Once for the process; then it does
 * nothing. Any thread. */
void handler_install(void);

#endif
