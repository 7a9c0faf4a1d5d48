/* Slices: how long an actor, or several of which each makes the next one run, may go on before others
 * do: so many reductions (SLICE_REDUCTIONS), and a length in time. Only the worker's thread enters. */
#ifndef JOIST_VM_SCHED_SLICE_H
#define JOIST_VM_SCHED_SLICE_H

#include "vm/base/bug.h"
#include "vm/sched/thread.h"

/* Starts one; `now` is what clock_cycles says. */
void slice_begin(struct worker *w, uint64_t now);

/* The rest of the following. */
void slice_look_at_clock(struct worker *w);

/* Charges the current actor for time: a slice that has lasted too long is spent. Asked whenever an actor
 * goes on with another turn, or another actor in the same slice; a look at the clock costs more than such a
 * turn may, so only every eighth time is one. */
static inline void slice_charge_time(struct worker *w)
{
	if (UNLIKELY(++w->asked % 8 == 0))
		slice_look_at_clock(w);
}

#endif
