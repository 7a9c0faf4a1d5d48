/* The other end of the nest; wake.c puts actors there. */
#include "vm/sched/nest.h"

#include "vm/sched/sched.h"
#include "vm/sched/slice.h"
#include "vm/sched/wake.h"

static void clear(struct worker *w)
{
	for (struct joist_actor *a = w->nest, *next; a; a = next) {
		next = a->next;
		runq_push(&w->queue, a);
	}
	w->nest = NULL;
	if (w->vm->worker_count > 1)
		wake_idle(w->vm);
}

struct joist_actor *nest_take(struct worker *w)
{
	struct joist_actor *a = w->nest;

	if (!a)
		return NULL;
	slice_charge_time(w);
	if (w->thread->reductions <= 0 || runq_has_above(&w->queue, a)) {
		clear(w);
		return NULL;
	}
	w->nest = a->next;
	if (w->nest_end == &a->next)
		w->nest_end = &w->nest;
	return a;
}
