/* Going from the stack of one actor to that of the next, with no scheduler's stack in between. */
#include "vm/sched/pass.h"

#include "vm/base/bug.h"
#include "vm/sched/jobs.h"
#include "vm/sched/lent.h"
#include "vm/sched/sched.h"
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

void pass_clear(struct thread *t)
{
	if (t->leaving)
		leave(t);
	if (t->retired)
		stack_give(t->retired);
	t->retired = NULL;
}

struct worker *pass_with_mode(struct worker *w, struct stack *to)
{
	struct fpu_mode mode = fpu_mode();

	fpu_set(fpu_plain());
	w = pass_go_to(w, to);
	fpu_set(mode);
	return w;
}

struct worker *pass_arrive(void)
{
	return pass_arrive_on(thread_current());
}

/* So does its errno. */
struct worker *pass_to(struct worker *w, struct stack *to)
{
	int error = *w->thread->error;

	w = pass_go_to(w, to);
	*w->thread->error = error;
	return w;
}

struct worker *pass_aside(struct worker *w, struct stack *to)
{
	struct stack *from = pass_change(w, to);

	stack_switch(from, to, false);
	return pass_arrive_on(from->thread); /* as in pass_go_to */
}

void pass_to_for_good(struct worker *w, struct stack *to)
{
	struct stack *from = pass_change(w, to);

	w->thread->retired = from;
	stack_switch(from, to, true);
	JOIST_BUG("a retired stack was run on");
}

struct stack *pass_other_stack(struct worker *w, struct joist_actor *a)
{
	if (!a)
		return &w->thread->base;
	w->thread->pending = a;
	struct stack *own = w->own_stack(w, a);
	if (own)
		return own;
	struct stack *lent = lent_take(w);
	joist_assert(lent); /* who parks on a lent stack has made sure of another */
	return lent;
}

void pass_on_for_good(struct worker *w)
{
	w->thread->current = NULL;
	pass_to_for_good(w, pass_stack_for(w, next_actor(w)));
}
