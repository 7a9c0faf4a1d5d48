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

void runq_push(struct runq *q, struct joist_actor *a)
{
	if (a->stack) {
		list_push(&q->held[level_of(a)], a);
		q->held_count++;
		return;
	}
	spin_take(&q->lock);
	list_push(&q->free[level_of(a)], a);
	/* relaxed: the lock orders; thieves look again under it */
	atomic_store_explicit(&q->free_count,
			      atomic_load_explicit(&q->free_count, memory_order_relaxed) + 1,
			      memory_order_relaxed);
	spin_give(&q->lock);
}

void runq_push_yielding(struct runq *q, struct joist_actor *a)
{
	runq_push(q, a);
	q->held_next = false;
}

static struct joist_actor *pop_free(struct runq *q, unsigned level)
{
	/* relaxed: only this worker adds */
	if (atomic_load_explicit(&q->free_count, memory_order_relaxed) == 0)
		return NULL;
	spin_take(&q->lock);
	struct joist_actor *a = list_pop(&q->free[level]);
	if (a)
		/* relaxed: as above */
		atomic_store_explicit(&q->free_count,
				      atomic_load_explicit(&q->free_count, memory_order_relaxed) -
					      1,
				      memory_order_relaxed);
	spin_give(&q->lock);
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
	for (unsigned level = 0; !a && level < RUNQ_PRIORITIES; level++)
		a = pop_level(q, level);
	return a;
}

unsigned runq_steal(struct runq *q, struct joist_actor **taken, unsigned max)
{
	unsigned n = 0;

	/* relaxed: looked at again under the lock */
	if (atomic_load_explicit(&q->free_count, memory_order_relaxed) == 0 || !spin_try(&q->lock))
		return 0;
	unsigned count = atomic_load_explicit(&q->free_count, memory_order_relaxed);
	unsigned want = (count + 1) / 2 < max ? (count + 1) / 2 : max;
	for (unsigned level = 0; level < RUNQ_PRIORITIES; level++) {
		while (n < want && (taken[n] = list_pop(&q->free[level])))
			n++;
	}
	/* relaxed: as in runq_push */
	atomic_store_explicit(&q->free_count, count - n, memory_order_relaxed);
	spin_give(&q->lock);
	return n;
}

bool runq_is_empty(const struct runq *q)
{
	/* relaxed: only this worker adds */
	return q->held_count == 0 &&
	       atomic_load_explicit(&q->free_count, memory_order_relaxed) == 0;
}
