/* Counted reductions: what the compiler calls at every branch of a plugin that is built with
 * -fsanitize-coverage=trace-pc. It charges the actor, which gives way when it has spent its slice. */
#include "vm/api/enter.h"

__attribute__((visibility("default"))) void __sanitizer_cov_trace_pc(void);

static void spent(struct joist_actor *self)
{
	enter_alone(self, 0);
	self->reductions += SLICE_REDUCTIONS;
	enter_yield(self);
}

void __sanitizer_cov_trace_pc(void)
{
	struct thread *t = thread_current();

	/* On other threads, and in constructors, nobody is charged. */
	if (t && t->current && UNLIKELY(--t->reductions <= 0))
		spent(t->current);
}
