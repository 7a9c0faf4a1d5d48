/* Run queues. The lock is held for a few instructions, by the worker and by thieves. */
#include "vm/sched/runq.h"

#include "vm/actor/actor.h"

/* An actor of low priority is passed over this often for others that are ready, as in Erlang. */
#define LOW_PASSES 8

static unsigned level_of(const struct joist_actor *a)
{
	static const unsigned char levels[] = {
		[JOIST_PRIORITY_MAX] = 0,
		[JOIST_PRIORITY_HIGH] = 1,
		[JOIST_PRIORITY_NORMAL] = 2,
		[JOIST_PRIORITY_LOW] = 3,
	};

	return levels[a->priority];
}

static void list_push(struct runq_list *list, struct joist_actor *a)
{
	a->next = NULL;
	if (list->last)
		list->last->next = a;
	else
		list->first = a;
	list->last = a;
}

static struct joist_actor *list_pop(struct runq_list *list)
{
	struct joist_actor *a = list->first;

	if (a) {
		list->first = a->next;
		if (!list->first)
			list->last = NULL;
	}
	return a;
}

/* How many without frames there are of that level: a hint for who does not hold the lock. */
static unsigned count_of(const struct runq *q, unsigned level)
{
	/* relaxed: the lock orders; thieves look again under it */
	return atomic_load_explicit(&q->free_count[level], memory_order_relaxed);
}

/* Whether anybody of that level is in it, as the worker itself sees it. */
static inline bool has(const struct runq *q, unsigned level)
{
	return q->held[level].first || count_of(q, level);
}

/* Where no other worker steals from it, nobody else looks at the lock either. */
static void lock(struct runq *q)
{
	if (q->shared)
		spin_take(&q->lock);
}

static void unlock(struct runq *q)
{
	if (q->shared)
		spin_give(&q->lock);
}

/* With the lock. */
static void count(struct runq *q, unsigned level, unsigned change)
{
	/* relaxed: as above */
	atomic_store_explicit(&q->free_count[level], count_of(q, level) + change,
			      memory_order_relaxed);
}

void runq_push(struct runq *q, struct joist_actor *a)
{
	if (a->stack || a->pinned) {
		list_push(&q->held[level_of(a)], a);
		q->held_count++;
		return;
	}
	unsigned level = level_of(a);
	lock(q);
	list_push(&q->free[level], a);
	count(q, level, 1);
	unlock(q);
}

void runq_push_yielding(struct runq *q, struct joist_actor *a)
{
	runq_push(q, a);
	q->held_next = false;
}

static struct joist_actor *pop_free(struct runq *q, unsigned level)
{
	if (count_of(q, level) == 0) /* only this worker adds */
		return NULL;
	lock(q);
	struct joist_actor *a = list_pop(&q->free[level]);
	if (a)
		count(q, level, -1u);
	unlock(q);
	return a;
}

static struct joist_actor *pop_held(struct runq *q, unsigned level)
{
	struct joist_actor *a = q->held_count ? list_pop(&q->held[level]) : NULL;

	if (a)
		q->held_count--;
	return a;
}

static struct joist_actor *pop_level(struct runq *q, unsigned level)
{
	struct joist_actor *a = q->held_next ? pop_held(q, level) : pop_free(q, level);

	if (!a)
		a = q->held_next ? pop_free(q, level) : pop_held(q, level);
	if (a)
		q->held_next = !a->stack;
	return a;
}

struct joist_actor *runq_pop(struct runq *q)
{
	struct joist_actor *a = NULL;

	if (++q->low_passed >= LOW_PASSES) {
		q->low_passed = 0;
		a = pop_level(q, RUNQ_PRIORITIES - 1);
	}
	for (unsigned level = 0; !a && level < RUNQ_PRIORITIES; level++) {
		if (has(q, level))
			a = pop_level(q, level);
	}
	return a;
}

unsigned runq_free(const struct runq *q)
{
	unsigned n = 0;

	for (unsigned level = 0; level < RUNQ_PRIORITIES; level++)
		n += count_of(q, level);
	return n;
}

unsigned runq_steal(struct runq *q, struct joist_actor **taken, unsigned max)
{
	unsigned n = 0;

	if (runq_free(q) == 0 || !spin_try(&q->lock))
		return 0;
	unsigned half = (runq_free(q) + 1) / 2, want = half < max ? half : max;
	for (unsigned level = 0; level < RUNQ_PRIORITIES; level++) {
		for (; n < want && (taken[n] = list_pop(&q->free[level])); n++)
			count(q, level, -1u);
	}
	spin_give(&q->lock);
	return n;
}

bool runq_has_above(const struct runq *q, const struct joist_actor *a)
{
	for (unsigned level = 0, own = level_of(a); level < own; level++) {
		if (has(q, level))
			return true;
	}
	return false;
}

bool runq_is_empty(const struct runq *q)
{
	return q->held_count == 0 && runq_free(q) == 0;
}
