/* Processes that an actor's code would fork. */
#ifndef JOIST_VM_FAULT_FORKS_H
#define JOIST_VM_FAULT_FORKS_H

/* From now on a child that libc forks by itself for an actor's code ends at once. Once. */
void forks_forbid(void);

#endif
