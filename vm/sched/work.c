/* The loop at the base of each stack that a worker lends: take the next actor, run its turns, again. An
 * actor that waits in mid-turn keeps the stack; when its turn is over, the loop at its base goes on as
 * before. */
#include "vm/sched/work.h"

#include <sys/prctl.h>

#include "vm/base/altstack.h"
#include "vm/base/bug.h"
#include "vm/base/heap.h"
#include "vm/sched/death.h"
#include "vm/sched/lent.h"
#include "vm/sched/loop.h"
#include "vm/sched/next.h"
#include "vm/sched/pass.h"
#include "vm/sched/thread.h"
#include "vm/sched/turn.h"

/* A worker keeps this many idle stacks at hand; more go back to where others find them. */
#define LENT_KEPT 16

/* Goes on on another stack; this one waits in the list until it is taken again. */
static void lend_away(struct worker *w, struct stack *to)
{
	struct stack *from = w->thread->stack;

	if (w->lent_count >= LENT_KEPT || from->left)
		pass_to_for_good(w, to);
	lent_give(w, from);
	pass_to(w, to);
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

	if (!to && a->end_kind == END_FAULT) {
		thread_begin(w, a);
		death_run(w, a);
		return;
	}
	if (!to && a->export->kind == JOIST_EXPORT_LOOP) {
		to = loop_stack(a);
		if (to) {
			a->worker = w;
			a->stack = to;
		}
	}
	if (to) {
		w->thread->pending = a->state_ == ACTOR_NEW ? a : NULL;
		lend_away(w, to);
	} else if (a->export->kind == JOIST_EXPORT_LOOP) {
		death_unstarted(w, a);
	} else {
		turn_run(w, a);
	}
}

static void lent_loop(void)
{
	pass_arrive();
	for (;;) {
		struct worker *w = thread_worker();
		struct joist_actor *a = w->thread->pending;

		w->thread->pending = NULL;
		if (!a)
			a = next_actor(w);
		if (a)
			run(w, a);
		else
			lend_away(w, &w->thread->base);
	}
}

void *work_main(void *thread)
{
	struct thread *t = thread;
	struct worker *w = t->worker;

	thread_become(t);
	/* relaxed: nobody else looks yet */
	atomic_store_explicit(&t->inside, true, memory_order_relaxed);
	prctl(PR_SET_TIMERSLACK, 1000UL); /* ns: timers are late enough as it is */
	w->lent_start = lent_loop;
	annotate_stack_thread(&t->base.notes);
	t->stack = &t->base;
	struct stack *lent = lent_take(w);
	if (!lent || altstack_begin() < 0)
		JOIST_BUG("no memory for a worker's first stack");
	pass_to(w, lent);
	lent_finish(w);
	altstack_end();
	heap_flush();
	return NULL;
}
