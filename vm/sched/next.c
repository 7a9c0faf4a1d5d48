/* Picking who runs next: who was just made to run by the one that gives way, else the run queue's next,
 * else one of another worker's. Only the thread that holds the worker enters. */
#include "vm/sched/next.h"

#include "vm/base/clock.h"
#include "vm/sched/doze.h"
#include "vm/sched/idle.h"
#include "vm/sched/nest.h"
#include "vm/sched/sched.h"
#include "vm/sched/steal.h"
#include "vm/sched/thread.h"

/* Puts what others made run into the queue, oldest first. */
static void take_woken(struct worker *w)
{
	struct joist_actor *list, *next, *oldest = NULL;

	/* relaxed: the exchange orders */
	if (!atomic_load_explicit(&w->woken, memory_order_relaxed))
		return;
	/* acquire: pairs with the release in wake_at */
	list = atomic_exchange_explicit(&w->woken, NULL, memory_order_acquire);
	for (; list; list = next) {
		next = list->next;
		list->next = oldest;
		oldest = list;
		/* what has come for it was put there by another worker */
		__builtin_prefetch(list->entry, 1);
	}
	for (; oldest; oldest = next) {
		next = oldest->next;
		runq_push(&w->queue, oldest);
	}
}

/* A seeded node draws who is next among the first few. How often it looks for nothing does not matter. */
static struct joist_actor *draw(struct worker *w)
{
	if (runq_is_empty(&w->queue))
		return NULL;
	for (uint32_t passes = rng_below(&w->rng, 4); passes > 0; passes--) {
		struct joist_actor *a = runq_pop(&w->queue);
		if (a)
			runq_push(&w->queue, a);
	}
	return runq_pop(&w->queue);
}

/* A new slice begins. */
static struct joist_actor *pick(struct worker *w)
{
	struct joist_actor *a = w->hand;
	uint64_t now = clock_cycles();

	w->hand = NULL;
	if (a)
		runq_push(&w->queue, a);
	/* When a seeded node looks must not depend on how fast it runs. */
	if (now >= w->poll_next || w->vm->seeded) {
		idle_poll(w, now);
		now = clock_cycles(); /* what was due may have taken a while */
	}
	take_woken(w);
	a = w->vm->seeded ? draw(w) : runq_pop(&w->queue);
	if (!a && w->vm->worker_count > 1)
		a = steal_for(w);
	if (a)
		slice_begin(w, now);
	return a;
}

struct joist_actor *next_in_queue(struct worker *w)
{
	struct joist_actor *a;

	if (w->detached)
		return NULL; /* it had one actor, and that is gone */
	if (w->hand)
		doze_look(w); /* that will go on */
	else
		doze_end(w);
	if ((a = nest_take(w)))
		return a;
	while (!(a = pick(w))) {
		/* acquire: pairs with the release in vm_stop */
		if (atomic_load_explicit(&w->vm->stopped, memory_order_acquire))
			return NULL;
		doze_end(w); /* the hand may have been stolen */
		idle_sleep(w);
	}
	return a;
}
