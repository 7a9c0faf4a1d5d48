/* The receiver's side of signals: what has come to an actor's inbox takes effect, in the order in which it
 * came. Messages go to its mailbox; the rest changes its ties, answers it, or ends it. */
#ifndef JOIST_VM_SCHED_DELIVER_H
#define JOIST_VM_SCHED_DELIVER_H

#include "vm/base/bug.h"
#include "vm/sched/worker.h"

/* The rest of the following, when something has come. */
bool deliver_inbox(struct joist_actor *a);

/* The last callbacks of an actor that ends run on, unless it is killed. */
static inline bool deliver_must_end(const struct joist_actor *a)
{
	return UNLIKELY(a->end) && (!a->ending || a->killed);
}

/* Takes what has come to `a`, which runs. True if it is to end now. */
static inline bool deliver(struct joist_actor *a)
{
	return inbox_has(a->entry) ? deliver_inbox(a) : deliver_must_end(a);
}

/* Delivers a signal to an actor that waited, whose inbox the caller has just taken IDLE off. False,
 * with the signal still the caller's, if that is better left to the actor itself. */
bool deliver_directly(struct joist_actor *a, struct signal *s);

/* Takes the oldest message off the mailbox; it lives until the turn ends. NULL if there is none. */
struct signal *deliver_take(struct joist_actor *a);

/* Takes the message that `*link` is in the mailbox. */
struct signal *deliver_take_at(struct joist_actor *a, struct signal **link);

/* Has what waits in mid-turn look at its mailbox only from here on, for what holds the reference of that
 * number, which has just been made. */
void deliver_mark(struct joist_actor *a, uint64_t number);

#endif
