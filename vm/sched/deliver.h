/* The receiver's side of signals: what has come to an actor's inbox takes effect, in the order in which it
 * came. Messages go to its mailbox; the rest changes its ties, answers it, or ends it. */
#ifndef JOIST_VM_SCHED_DELIVER_H
#define JOIST_VM_SCHED_DELIVER_H

#include "vm/sched/worker.h"

/* Takes what has come to `a`, which runs. True if it is to end now. */
bool deliver(struct joist_actor *a);

/* Takes the oldest message off the mailbox; it lives until the turn ends. NULL if there is none. */
struct signal *deliver_take(struct joist_actor *a);

/* Takes the message that `*link` is in the mailbox. */
struct signal *deliver_take_at(struct joist_actor *a, struct signal **link);

/* Has what waits in mid-turn look at its mailbox only from here on, for what holds the reference of that
 * number, which has just been made. */
void deliver_mark(struct joist_actor *a, uint64_t number);

#endif
