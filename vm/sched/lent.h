/* Stacks that a worker lends to actors without frames (thread.c runs them there). An actor that waits in
 * mid-turn keeps the one that it is on. */
#ifndef JOIST_VM_SCHED_LENT_H
#define JOIST_VM_SCHED_LENT_H

#include "vm/base/bug.h"
#include "vm/sched/worker.h"

/* A stack to switch to, whose loop runs w->pending first if there is one; NULL when memory or mappings
 * are short and the worker has none in hand. */
struct stack *lent_take(struct worker *w);

/* The rest of the following, for a worker that has none in hand. */
bool lent_reserve_one(struct worker *w);

/* Makes sure that the next lent_take succeeds; false when it will not. */
static inline bool lent_reserve(struct worker *w)
{
	return LIKELY(w->lent) || lent_reserve_one(w);
}

/* Gives one back that runs nothing. */
void lent_give(struct worker *w, struct stack *stack);

void lent_finish(struct worker *w);

#endif
