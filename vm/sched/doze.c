/* Looking at those that doze: once a slice, and in the end. */
#include "vm/sched/doze.h"

#include "vm/sched/worker.h"

struct doze doze_nobody;

/* Calls `stays` for each; who does not, has gone from its place. */
ALWAYS_INLINE void look(struct worker *w, bool (*stays)(struct worker *w, struct joist_actor *a))
{
	struct doze *d = w->dozers;

	if (!d->any)
		return;
	d->any = false;

	for (uint32_t i = 0; i < DOZE_PLACES / 64; i++) {
		for (uint64_t left = d->used[i]; left; left &= left - 1) {
			uint32_t place = i * 64 + (uint32_t)__builtin_ctzll(left);

			if (d->places[place] && stays(w, d->places[place])) {
				d->any = true;
				continue;
			}
			d->places[place] = NULL;
			d->used[i] &= ~(left & -left);
		}
	}
}

static bool is_undisturbed(struct worker *w, struct joist_actor *a)
{
	if (!inbox_has(a->entry))
		return true;
	runq_push(&w->queue, a);
	return false;
}

void doze_look(struct worker *w)
{
	look(w, is_undisturbed);
}

static bool rests(struct worker *w, struct joist_actor *a)
{
	if (!inbox_rest(a->entry))
		runq_push(&w->queue, a);
	return false;
}

void doze_end(struct worker *w)
{
	look(w, rests);
}

bool doze_is_disturbed(const struct doze *d)
{
	for (uint32_t i = 0; i < DOZE_PLACES; i++) {
		if (d->places[i] && inbox_has(d->places[i]->entry))
			return true;
	}
	return false;
}
