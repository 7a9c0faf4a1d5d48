/* Counted reductions: what the compiler calls at every branch of a plugin that is built with
 * -fsanitize-coverage=trace-pc. It charges the actor, which gives way when it has spent its slice. */
#include "vm/api/enter.h"
#include "vm/sched/worker.h"

__attribute__((visibility("default"))) void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	struct worker *w = worker_current();

	/* On other threads, and in constructors, nobody is charged. */
	if (!w || !w->current || LIKELY(--w->reductions > 0))
		return;
	w->current->reductions += SLICE_REDUCTIONS;
	enter(w->current, 0);
	enter_yield(w->current);
}
