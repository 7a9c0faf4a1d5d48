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

/* A bit for each priority of which somebody without frames is in it: a hint for who does not hold the lock,
 * but that nobody is, the worker itself knows. */
static unsigned free_levels(const struct runq *q)
{
	/* relaxed: the lock orders; only the worker adds */
	return atomic_load_explicit(&q->free_levels, memory_order_relaxed);
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
static void free_push(struct runq *q, unsigned level, struct joist_actor *a)
{
	list_push(&q->free[level], a);
	/* relaxed, both: as above */
	atomic_store_explicit(&q->free_levels, free_levels(q) | 1u << level, memory_order_relaxed);
	atomic_store_explicit(&q->free_count, runq_free(q) + 1, memory_order_relaxed);
}

/* Likewise. */
static struct joist_actor *free_pop(struct runq *q, unsigned level)
{
	struct joist_actor *a = list_pop(&q->free[level]);

	if (!a)
		return NULL;
	/* relaxed, both: as above */
	if (!q->free[level].first)
		atomic_store_explicit(&q->free_levels, free_levels(q) & ~(1u << level),
				      memory_order_relaxed);
	atomic_store_explicit(&q->free_count, runq_free(q) - 1, memory_order_relaxed);
	return a;
}

void runq_push(struct runq *q, struct joist_actor *a)
{
	unsigned level = level_of(a);

	if (a->stack || a->pinned) {
		list_push(&q->held[level], a);
		q->held_levels |= 1u << level;
		return;
	}
	lock(q);
	free_push(q, level, a);
	unlock(q);
}

void runq_push_yielding(struct runq *q, struct joist_actor *a)
{
	runq_push(q, a);
	q->held_next = false;
}

static struct joist_actor *pop_free(struct runq *q, unsigned level)
{
	if (!(free_levels(q) >> level & 1))
		return NULL;
	lock(q);
	struct joist_actor *a = free_pop(q, level);
	unlock(q);
	return a;
}

static struct joist_actor *pop_held(struct runq *q, unsigned level)
{
	struct joist_actor *a = list_pop(&q->held[level]);

	if (!q->held[level].first)
		q->held_levels &= ~(1u << level);
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

/* The same for the worker itself, of all that are in it. */
static unsigned levels(const struct runq *q)
{
	return q->held_levels | free_levels(q);
}

struct joist_actor *runq_pop(struct runq *q)
{
	struct joist_actor *a = NULL;
	unsigned left;

	if (++q->low_passed >= LOW_PASSES) {
		q->low_passed = 0;
		a = pop_level(q, RUNQ_PRIORITIES - 1);
	}
	while (!a && (left = levels(q))) /* a thief may be faster */
		a = pop_level(q, (unsigned)__builtin_ctz(left));
	return a;
}

unsigned runq_free(const struct runq *q)
{
	/* relaxed: as above */
	return atomic_load_explicit(&q->free_count, memory_order_relaxed);
}

unsigned runq_steal(struct runq *q, struct joist_actor **taken, unsigned max)
{
	unsigned n = 0;

	if (runq_free(q) == 0 || !spin_try(&q->lock))
		return 0;
	unsigned half = (runq_free(q) + 1) / 2, want = half < max ? half : max;
	for (unsigned level = 0; level < RUNQ_PRIORITIES; level++) {
		for (; n < want && (taken[n] = free_pop(q, level)); n++)
			;
	}
	spin_give(&q->lock);
	return n;
}

bool runq_has_above(const struct runq *q, const struct joist_actor *a)
{
	return levels(q) & ((1u << level_of(a)) - 1);
}

bool runq_is_empty(const struct runq *q)
{
	return !levels(q);
}
