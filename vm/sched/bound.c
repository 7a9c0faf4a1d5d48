/* Waiting on a thread of one's own. Only that thread enters. */
#include "vm/sched/bound.h"

#include "vm/base/clock.h"
#include "vm/base/errnum.h"
#include "vm/sched/deadline.h"
#include "vm/sched/thread.h"
#include "vm/sched/wake.h"

bool bound_equip(struct worker *own)
{
	if (!own->equipped) {
		wheel_init(&own->deadlines, clock_now_ns());
		own->equipped = watch_init(&own->watch) == 0;
	}
	return own->equipped;
}

static void ready(void *own, struct watch_wait *wait)
{
	wake_parked(own, wait->user);
}

static int64_t until_deadline_ns(struct worker *own)
{
	int64_t next = wheel_next_ns(&own->deadlines), now = clock_now_ns();

	if (next == INT64_MAX)
		return -1;
	return next > now ? next - now : 0;
}

void bound_wait(struct worker *own, struct joist_actor *a)
{
	int error = errnum_get();

	thread_end(own);
	/* relaxed: for lists of actors, and for the monitor: there is nothing to look at */
	atomic_store_explicit(&own->running, 0, memory_order_relaxed);
	/* acquire: pairs with the release in wake_at */
	while (!atomic_exchange_explicit(&own->woken, NULL, memory_order_acquire)) {
		watch_poll(&own->watch, until_deadline_ns(own), ready, own);
		deadline_expire(own, clock_now_ns());
	}
	thread_go_on(own, a);
	errnum_set(error);
}

void bound_finish(struct worker *own)
{
	if (own->equipped)
		watch_finish(&own->watch);
	own->equipped = false;
}
