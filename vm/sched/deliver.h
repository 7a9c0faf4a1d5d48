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

#endif
