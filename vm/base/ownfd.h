/* The descriptors that the node itself works with: code of a plugin may not close them. */
#ifndef JOIST_VM_BASE_OWNFD_H
#define JOIST_VM_BASE_OWNFD_H

#include <stdbool.h>

/* `fd` is the node's from now on, or no more. Below 0: nothing. One above 65535 is not remembered. */
void ownfd_add(int fd);
void ownfd_remove(int fd);

/* Whether it is. Any thread. */
bool ownfd_has(int fd);

/* The next one from `fd` on; -1 if there is none. */
int ownfd_next(int fd);

#endif
