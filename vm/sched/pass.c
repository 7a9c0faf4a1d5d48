/* Going from the stack of one actor to that of the next, with no scheduler's stack in between. */
#include "vm/sched/pass.h"

#include "vm/base/bug.h"
#include "vm/sched/lent.h"
#include "vm/sched/next.h"
#include "vm/sched/worker.h"

struct worker *pass_arrive(void)
{
	struct worker *w = worker_current();

	annotate_switch_finish(&w->stack->notes);
	if (w->retired) {
		stack_give(w->retired);
		w->retired = NULL;
	}
	return w;
}

/* The stack to go on with for `a` to run; NULL: the thread's, at the end. */
static struct stack *stack_for(struct worker *w, struct joist_actor *a)
{
	if (!a)
		return &w->thread_stack;
	if (a->stack)
		return a->stack;
	w->pending = a;
	struct stack *lent = lent_take(w);
	joist_assert(lent); /* who parks on a lent stack has made sure of another */
	return lent;
}

void pass_on(struct worker *w)
{
	struct stack *from = w->stack;
	struct joist_actor *me = w->current;

	w->current = NULL;
	struct joist_actor *a = next_actor(w);
	if (a != me) {
		struct stack *to = stack_for(w, a);
		w->stack = to;
		stack_switch(from, to, false);
		w = pass_arrive();
	}
	w->current = me;
	me->state_ = ACTOR_RUNNING;
	/* relaxed: for lists of actors */
	atomic_store_explicit(&w->running, me->id, memory_order_relaxed);
}

void pass_on_for_good(struct worker *w)
{
	struct stack *from = w->stack;

	w->current = NULL;
	struct stack *to = stack_for(w, next_actor(w));
	w->retired = from;
	w->stack = to;
	stack_switch(from, to, true);
	JOIST_BUG("a retired stack was run on");
}
