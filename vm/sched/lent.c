/* The worker's stacks to lend, and the loop that runs on them. Only the worker's thread enters. */
#include "vm/sched/lent.h"

#include "vm/sched/death.h"
#include "vm/sched/loop.h"
#include "vm/sched/turn.h"
#include "vm/sched/worker.h"

/* A worker keeps this many idle stacks at hand; more go back to where others find them. */
#define LENT_KEPT 16

static void lent_give(struct worker *w, struct stack *stack)
{
	stack->next = w->lent;
	w->lent = stack;
	w->lent_count++;
}

/* Goes on on another stack; this one waits in the list until it is taken again. */
static void lend_away(struct worker *w, struct stack *to)
{
	struct stack *from = w->stack;

	if (w->lent_count >= LENT_KEPT || from->left) {
		w->retired = from;
		w->stack = to;
		stack_switch(from, to, true);
	}
	lent_give(w, from);
	w->stack = to;
	stack_switch(from, to, false);
}

/* Runs a loop that has just been started on a stack of its own. */
static struct stack *loop_stack(struct joist_actor *a)
{
	size_t bytes = a->extra ? a->extra->stack_bytes : 0;

	if (!bytes)
		bytes = a->export->stack_bytes ? a->export->stack_bytes : STACK_LOOP_BYTES;
	return stack_take(bytes, loop_run);
}

static void run(struct worker *w, struct joist_actor *a)
{
	struct stack *to = a->stack;

	if (!to && a->export->kind == JOIST_EXPORT_LOOP) {
		to = loop_stack(a);
		if (to) {
			a->worker = w;
			a->stack = to;
		}
	}
	if (to) {
		w->pending = a->state_ == ACTOR_NEW ? a : NULL;
		lend_away(w, to);
	} else if (a->export->kind == JOIST_EXPORT_LOOP) {
		death_unstarted(w, a);
	} else {
		turn_run(w, a);
	}
}

static void lent_loop(void)
{
	annotate_switch_first();
	for (;;) {
		struct worker *w = worker_arrive();
		struct joist_actor *a = w->pending;

		w->pending = NULL;
		if (!a)
			a = worker_next(w);
		if (a)
			run(w, a);
		else
			lend_away(w, &w->thread_stack);
	}
}

bool lent_reserve(struct worker *w)
{
	if (w->lent)
		return true;
	struct stack *stack = stack_take(STACK_LENT_BYTES, lent_loop);
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
}
