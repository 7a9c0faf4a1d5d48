/* Thieves look at the other workers in turn, starting anywhere, and take half of what they find first. One
 * that waits alone is left there for a while (idle.c): most often who runs there is about to talk to it.
 * Only the thief's thread enters; the victim's lock is in runq.c. */
#include "vm/sched/steal.h"

#include "vm/sched/sched.h"
#include "vm/sched/wake.h"
#include "vm/sched/worker.h"

#define STEAL_MAX 64

static struct worker *victim(const struct worker *w, uint32_t start, uint32_t i)
{
	struct worker *v = &w->vm->workers[(start + i) % w->vm->worker_count];

	return v == w ? NULL : v;
}

struct joist_actor *steal_for(struct worker *w)
{
	struct joist_actor *taken[STEAL_MAX];
	uint32_t start = rng_below(&w->rng, w->vm->worker_count);
	unsigned least = w->takes_lone ? 1 : 2;

	w->takes_lone = false;
	for (uint32_t i = 0; i < w->vm->worker_count; i++) {
		struct worker *v = victim(w, start, i);
		unsigned n = v && runq_free(&v->queue) >= least
				     ? runq_steal(&v->queue, taken, STEAL_MAX)
				     : 0;
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

unsigned steal_waiting(const struct worker *w)
{
	unsigned most = 0;

	for (uint32_t i = 0; i < w->vm->worker_count; i++) {
		struct worker *v = victim(w, 0, i);
		unsigned n = v ? runq_free(&v->queue) : 0;
		most = n > most ? n : most;
	}
	return most;
}
