/* Who runs next on a worker. */
#ifndef JOIST_VM_SCHED_NEXT_H
#define JOIST_VM_SCHED_NEXT_H

#include "vm/sched/slice.h"

/* The rest of the following, when the slice is spent or nobody was made to run in it. */
struct joist_actor *next_in_queue(struct worker *w);

/* The actor that the worker shall run next; sleeps until there is one. NULL when the node stops,
 * and for a thread that is detached: then it goes back to its base. Only the
 * worker's thread. */
static inline struct joist_actor *next_actor(struct worker *w)
{
	struct joist_actor *a = w->hand;

	if (LIKELY(a)) {
		slice_charge_time(w);
		if (LIKELY(w->thread->reductions > 0)) {
			w->hand = NULL;
			return a;
		}
	}
	return next_in_queue(w);
}

#endif
