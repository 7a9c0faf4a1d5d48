/* Going from the stack of one actor to that of the next, with no scheduler's stack in between. */
#include "vm/sched/pass.h"

#include "vm/base/bug.h"
#include "vm/base/errnum.h"
#include "vm/base/fpu.h"
#include "vm/sched/exceptions.h"
#include "vm/sched/jobs.h"
#include "vm/sched/lent.h"
#include "vm/sched/next.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"
#include "vm/sched/wake.h"

/* Nothing runs on the stack of who leaves any more: a worker for a thread of the pool, or such a thread for
 * its worker. */
static void leave(struct thread *t)
{
	struct joist_actor *a = t->leaving;

	t->leaving = NULL;
	if (t->worker->detached || !jobs_submit(t->worker->vm->pool, a))
		wake_at(a->worker, a);
}

static inline struct worker *arrive(struct thread *t)
{
	annotate_switch_finish(&t->stack->notes);
	if (UNLIKELY(t->leaving))
		leave(t);
	if (UNLIKELY(t->retired)) {
		stack_give(t->retired);
		t->retired = NULL;
	}
	return t->worker;
}

struct worker *pass_arrive(void)
{
	return arrive(thread_current());
}

/* Notes on both sides who runs on `to` from now on. */
static inline struct stack *change(struct worker *w, struct stack *to)
{
	struct stack *from = w->thread->stack;

	w->thread->stack = to;
	to->thread = w->thread;
	exceptions_change(from, to);
	return from;
}

/* The floating-point mode of who waits stays with its frames. */
static inline struct worker *go_to(struct worker *w, struct stack *to)
{
	struct fpu_mode mode = fpu_mode();
	bool plain = fpu_is_plain(mode);

	if (UNLIKELY(!plain))
		fpu_set(fpu_plain());
	struct stack *from = change(w, to);
	stack_switch(from, to, false);
	if (UNLIKELY(!plain))
		fpu_set(mode);
	return arrive(from->thread); /* who goes on on a stack has said so there */
}

/* So does its errno. */
struct worker *pass_to(struct worker *w, struct stack *to)
{
	int error = errnum_get();

	w = go_to(w, to);
	errnum_set(error);
	return w;
}

void pass_to_for_good(struct worker *w, struct stack *to)
{
	struct stack *from = change(w, to);

	w->thread->retired = from;
	stack_switch(from, to, true);
	JOIST_BUG("a retired stack was run on");
}

/* The stack to go on with for `a` to run; NULL: the thread's, at the end. */
static inline struct stack *stack_for(struct worker *w, struct joist_actor *a)
{
	if (LIKELY(a && a->stack))
		return a->stack;
	if (!a)
		return &w->thread->base;
	w->thread->pending = a;
	struct stack *lent = lent_take(w);
	joist_assert(lent); /* who parks on a lent stack has made sure of another */
	return lent;
}

void pass_on(struct worker *w)
{
	struct joist_actor *me = w->thread->current;
	int error = errnum_get();

	w->thread->current = NULL;
	struct joist_actor *a = next_actor(w);
	if (a != me)
		w = go_to(w, stack_for(w, a));
	thread_go_on(w, me);
	errnum_set(error);
}

void pass_on_for_good(struct worker *w)
{
	w->thread->current = NULL;
	pass_to_for_good(w, stack_for(w, next_actor(w)));
}
