/* A worker's run queue: actors that have something to do, first in, first out, by priority.
 *
 * Actors without frames may be stolen, and stand in lists under a lock. Actors with frames belong to the
 * worker, as those do that are pinned to it, and stand in lists that only it touches. The next actor is
 * taken from each kind in turn. */
#ifndef JOIST_VM_SCHED_RUNQ_H
#define JOIST_VM_SCHED_RUNQ_H

#include <stdatomic.h>
#include <stdbool.h>

#include "vm/base/spin.h"

struct joist_actor;

struct runq_list {
	struct joist_actor *first, *last;
};

#define RUNQ_PRIORITIES 4 /* max, high, normal, low */

struct runq {
	struct runq_list held[RUNQ_PRIORITIES]; /* with frames */
	unsigned held_levels; /* a bit for each list that has some */
	bool held_next; /* whose turn it is */
	unsigned low_passed; /* how often an actor of low priority was passed over */

	/* Those who look for work do not fetch what is above. */
	char apart[64];
	bool shared; /* others steal from it */
	struct spin lock; /* of `free`, if it is shared */
	struct runq_list free[RUNQ_PRIORITIES]; /* without frames */
	atomic_uint free_count; /* of all these; written under the lock; read without it, too */
	atomic_uint free_levels; /* as held_levels; likewise */
};

/* Adds an actor at the end of its list. Only the worker itself. */
void runq_push(struct runq *q, struct joist_actor *a);

/* The same for one that gives way: next is one without frames, if there is one of the same priority. */
void runq_push_yielding(struct runq *q, struct joist_actor *a);

/* Takes the next one, or NULL. Only the worker itself. */
struct joist_actor *runq_pop(struct runq *q);

/* Takes up to half of those without frames, at most `max`, into `taken`: how many. Any thread. */
unsigned runq_steal(struct runq *q, struct joist_actor **taken, unsigned max);

/* How many without frames are in it. A hint, for any thread. */
unsigned runq_free(const struct runq *q);

/* Whether one of a higher priority than that of `a` is in it. Only the worker itself. */
bool runq_has_above(const struct runq *q, const struct joist_actor *a);

/* Whether nothing is in it. Only the worker itself. */
bool runq_is_empty(const struct runq *q);

#endif
