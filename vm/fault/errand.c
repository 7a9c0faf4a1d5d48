/* Running an actor's code for it. Each thread has at most one errand; the thread enters, and the handler of
 * its faults. */
#include "vm/fault/errand.h"

#include "vm/actor/switch.h"
#include "vm/base/annotate.h"
#include "vm/fault/verdict.h"

static __thread struct errand *current;

struct errand *errand_current(void)
{
	return current;
}

static void call(void *run, void *argument, uint64_t unused)
{
	(void)unused;
	((void (*)(void *))run)(argument);
}

void errand_run(struct errand *errand, struct joist_actor *actor, void (*run)(void *argument),
		void *argument)
{
	errand->actor = actor;
	errand->fault = (struct fault){ 0 };
	current = errand;
	switch_enter(&errand->home, call, (void *)run, argument, 0);
	current = NULL;
}

void errand_leave(void)
{
	struct annotate_stack stack;

	annotate_stack_thread(&stack);
	annotate_stack_clean(&stack, __builtin_frame_address(0));
	verdict_release(&current->fault);
	switch_leave(current->home);
}
