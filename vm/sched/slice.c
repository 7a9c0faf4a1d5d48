/* The length of slices in time. */
#include "vm/sched/slice.h"

#include "vm/sched/idle.h"
#include "vm/sched/sched.h"

void slice_begin(struct worker *w, uint64_t now)
{
	w->thread->reductions = SLICE_REDUCTIONS;
	/* A seeded node does the same however fast it runs. */
	w->slice_ends = w->vm->seeded ? UINT64_MAX : now + w->vm->slice_cycles;
}

void slice_look_at_clock(struct worker *w)
{
	uint64_t now = clock_cycles();

	if (now >= w->slice_ends)
		w->thread->reductions = 0;
	else if (now >= w->poll_next && !w->vm->seeded && !w->detached)
		idle_poll(w, now);
}
