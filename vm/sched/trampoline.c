/* Entering and leaving plugin code. Runs on the actor's stack, by its worker. */
#include "vm/sched/trampoline.h"

#include "vm/actor/switch.h"
#include "vm/base/bug.h"
#include "vm/base/fpu.h"
#include "vm/sched/claim.h"
#include "vm/sched/exceptions.h"
#include "vm/sched/lent.h"
#include "vm/sched/pass.h"

bool trampoline_enter(struct joist_actor *a, void (*f)(void *, void *, uint64_t), void *b,
		      uint64_t c)
{
	void *outer = a->stack->home;
	struct cover *covers = a->stack->covers;

	a->stack->covers = NULL;
	claim_go_out(a, false);
	bool left = switch_enter(&a->stack->home, f, a, b, c);
	/* What was left may have been a function of libc's that changes them for a while. */
	if (UNLIKELY(left || !fpu_is_still_plain()))
		fpu_set(fpu_plain()); /* or the next actor had it */
	claim_come_in(a);
	a->stack->home = outer;
	a->stack->covers = covers;
	return left;
}

void trampoline_uncover(struct joist_actor *a)
{
	struct cover *cover;

	while ((cover = a->stack->covers)) {
		a->stack->covers = cover->outer;
		cover->run(cover->argument);
	}
	a->stack->waits_for = 0;
	if (a->stack->answer)
		signal_free(a->stack->answer);
	a->stack->answer = NULL;
}

void trampoline_leave(struct joist_actor *a)
{
	trampoline_uncover(a);
	annotate_unwind();
	exceptions_forget();
	a->stack->left = true;
	switch_leave(a->stack->home);
}

void trampoline_abandon(struct joist_actor *a)
{
	struct stack *stack = a->stack;
	struct worker *w = a->worker;

	if (!lent_reserve(w))
		trampoline_leave(a);
	trampoline_uncover(a);
	actor_end_turn(a);
	struct stack *to = lent_take(w);
	to->late = stack->late;
	to->fault = stack->fault;
	stack->late = NULL;
	stack->fault = NULL;
	a->stack = NULL;
	thread_end(w);
	w->thread->pending = a;
	pass_to_for_good(w, to);
}

void trampoline_exit(struct joist_actor *a, struct signal *reason)
{
	actor_end_by(a, END_EXIT, reason);
	trampoline_leave(a);
}
