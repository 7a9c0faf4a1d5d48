/* The descriptors that an actor owns: closed when it ends, however it ends. */
#ifndef JOIST_VM_API_OWNED_H
#define JOIST_VM_API_OWNED_H

#include <joist/abi.h>

/* Makes room for one more; ends the actor when memory is short. */
void owned_reserve(struct joist_actor *self);

/* The same before one is opened: 0, or -EMFILE if the actor has as many as its limit says. Raises an alarm
 * when that is near. */
int owned_admit(struct joist_actor *self);

/* Ties `fd`, for which there is room, to the actor, unless it is. */
void owned_add(struct joist_actor *self, int fd);

/* Lets it go; false if it is not the actor's. */
bool owned_remove(struct joist_actor *self, int fd);

#endif
