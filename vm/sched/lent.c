/* The worker's stacks to lend. Only the worker's thread enters. */
#include "vm/sched/lent.h"

#include "vm/sched/worker.h"

void lent_give(struct worker *w, struct stack *stack)
{
	stack->next = w->lent;
	w->lent = stack;
	w->lent_count++;
}

bool lent_reserve_one(struct worker *w)
{
	struct stack *stack = stack_take(STACK_LENT_BYTES, w->lent_start);
	if (stack)
		lent_give(w, stack);
	return stack;
}

struct stack *lent_take(struct worker *w)
{
	if (!lent_reserve(w))
		return NULL;
	struct stack *stack = w->lent;
	w->lent = stack->next;
	w->lent_count--;
	return stack;
}

void lent_finish(struct worker *w)
{
	for (struct stack *s = w->lent, *next; s; s = next) {
		next = s->next;
		stack_give(s);
	}
	w->lent = NULL;
	w->lent_count = 0;
	stack_shelf_clear(&w->loops);
}
