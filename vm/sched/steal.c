/* Thieves look at the other workers in turn, starting anywhere, and take half of what they find first.
 * Only the thief's thread enters; the victim's lock is in runq.c. */
#include "vm/sched/steal.h"

#include "vm/sched/sched.h"
#include "vm/sched/wake.h"
#include "vm/sched/worker.h"

#define STEAL_MAX 64

static struct worker *victim(struct worker *w, uint32_t start, uint32_t i)
{
	struct worker *v = &w->vm->workers[(start + i) % w->vm->worker_count];

	return v == w ? NULL : v;
}

struct joist_actor *steal_for(struct worker *w)
{
	struct joist_actor *taken[STEAL_MAX];
	uint32_t start = rng_below(&w->rng, w->vm->worker_count);

	for (uint32_t i = 0; i < w->vm->worker_count; i++) {
		struct worker *v = victim(w, start, i);
		unsigned n = v ? runq_steal(&v->queue, taken, STEAL_MAX) : 0;
		if (n == 0)
			continue;
		for (unsigned k = 1; k < n; k++)
			runq_push(&w->queue, taken[k]);
		if (n > 2)
			wake_idle(w->vm);
		return taken[0];
	}
	return NULL;
}

bool steal_has_work(struct worker *w)
{
	for (uint32_t i = 0; i < w->vm->worker_count; i++) {
		struct worker *v = victim(w, 0, i);
		/* Who fills it afterwards wakes the sleeper. */
		if (v && runq_free(&v->queue))
			return true;
	}
	return false;
}
