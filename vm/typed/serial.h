/* Turns at a library whose functions may not run on two threads at a time. Who waits for one waits as an
 * actor, not as a thread; who ends within gives it on. */
#ifndef JOIST_VM_TYPED_SERIAL_H
#define JOIST_VM_TYPED_SERIAL_H

#include <joist/actor.h>

struct serial;

/* NULL when memory is short. */
struct serial *serial_create(void);

/* Nobody may have it or wait for it. NULL is fine. */
void serial_destroy(struct serial *serial);

/* Waits for its turn; in a callback of the library the actor has it already. NULL: nobody has to wait. Ends
 * the actor when memory is short, or if it is ended meanwhile. */
void serial_take(struct joist_actor *self, struct serial *serial);

/* Gives it to who waits longest, when it has been given as often as taken. */
void serial_give(struct joist_actor *self, struct serial *serial);

#endif
