/* How many processors the process may use. */
#ifndef JOIST_VM_BASE_PROCESSORS_H
#define JOIST_VM_BASE_PROCESSORS_H

/* Those that its affinity allows, and no more than its control group's quota pays for; at least 1. */
unsigned processors_usable(void);

#endif
