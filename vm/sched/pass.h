/* Passing the processor on: the actor that waits goes straight to the stack of the one that runs next. */
#ifndef JOIST_VM_SCHED_PASS_H
#define JOIST_VM_SCHED_PASS_H

#include "vm/base/fpu.h"
#include "vm/sched/exceptions.h"
#include "vm/sched/next.h"
#include "vm/sched/thread.h"

/* Goes on on the stack `to`; this one waits until somebody goes on on it. Perhaps that is another
 * thread: the worker that it holds. */
struct worker *pass_to(struct worker *w, struct stack *to);

/* The same for frames of the VM's own, which leave no errno and no modes of floating point behind. */
struct worker *pass_aside(struct worker *w, struct stack *to);

/* The same, but this one goes back to the pool. */
void pass_to_for_good(struct worker *w, struct stack *to) __attribute__((noreturn));

/* Has another actor run, from a stack that nothing will run on again. */
void pass_on_for_good(struct worker *w) __attribute__((noreturn));

/* Where a switch to a fresh stack ends: the worker that holds it now. */
struct worker *pass_arrive(void);

/* ---- what pass_on is made of ---- */

/* What was left behind on the way to where the thread is now. */
void pass_clear(struct thread *t);

static inline struct worker *pass_arrive_on(struct thread *t)
{
	annotate_switch_finish(&t->stack->notes);
	if (UNLIKELY(t->leaving || t->retired))
		pass_clear(t);
	return t->worker;
}

/* Notes on both sides who runs on `to` from now on. */
static inline struct stack *pass_change(struct worker *w, struct stack *to)
{
	struct stack *from = w->thread->stack;

	w->thread->stack = to;
	to->thread = w->thread;
	exceptions_change(from, to);
	return from;
}

/* The floating-point mode of who waits stays with its frames: the rest of the following, for one that is
 * not plain. */
struct worker *pass_with_mode(struct worker *w, struct stack *to);

static inline struct worker *pass_go_to(struct worker *w, struct stack *to)
{
	if (UNLIKELY(!fpu_is_still_plain()))
		return pass_with_mode(w, to);
	struct stack *from = pass_change(w, to);
	stack_switch(from, to, false);
	return pass_arrive_on(from->thread); /* who goes on on a stack has said so there */
}

/* Where an actor without frames is to run; NULL: the thread's own stack, at the end. */
struct stack *pass_other_stack(struct worker *w, struct joist_actor *a);

static inline struct stack *pass_stack_for(struct worker *w, struct joist_actor *a)
{
	return LIKELY(a && a->stack) ? a->stack : pass_other_stack(w, a);
}

/* Has another actor run in place of the worker's current one, which must have been put where it will be
 * found. Returns when that is run again, with its errno. */
ALWAYS_INLINE void pass_on(struct worker *w)
{
	struct joist_actor *me = w->thread->current;
	int error = *w->thread->error;

	w->thread->current = NULL;
	struct joist_actor *a = next_actor(w);
	if (a != me)
		w = pass_go_to(w, pass_stack_for(w, a));
	thread_go_on(w, me);
	*w->thread->error = error;
}

#endif
