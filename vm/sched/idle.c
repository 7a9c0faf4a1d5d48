/* Sleeping until there is work: in the worker's watch, which others can wake, until its next timer. Only
 * the worker's thread enters. */
#include "vm/sched/idle.h"

#include "vm/base/clock.h"
#include "vm/sched/deadline.h"
#include "vm/sched/fire.h"
#include "vm/sched/sched.h"
#include "vm/sched/steal.h"
#include "vm/sched/wake.h"
#include "vm/sched/worker.h"

/* A busy worker looks at its timers and descriptors this often. */
#define POLL_US 50

static void ready(void *worker, struct watch_wait *wait)
{
	wake_parked(worker, wait->user);
}

static void fire(struct worker *w)
{
	int64_t now = clock_now_ns();

	deadline_expire(w, now);
	fire_due(w, now);
}

void idle_poll(struct worker *w, uint64_t now_cycles)
{
	w->poll_next = now_cycles + POLL_US * clock_cycles_per_us();
	fire(w);
	if (w->io_waits)
		watch_poll(&w->watch, 0, ready, w);
}

static int64_t next_timer_ns(struct worker *w)
{
	int64_t deadline = wheel_next_ns(&w->deadlines), timer = timers_next_ns(&w->timers);

	return deadline < timer ? deadline : timer;
}

static bool has_work(struct worker *w)
{
	/* relaxed: looked at again by who takes it */
	return !runq_is_empty(&w->queue) || atomic_load_explicit(&w->woken, memory_order_relaxed) ||
	       atomic_load_explicit(&w->vm->stopped, memory_order_relaxed);
}

/* How long to sleep: below zero for good. A virtual clock does not go by itself: when everything waits
 * for it alone, it is turned to the next timer. */
static int64_t sleep_ns(struct worker *w)
{
	int64_t next = next_timer_ns(w), now = clock_now_ns();

	if (next == INT64_MAX)
		return -1;
	if (next <= now)
		return 0;
	if (!w->vm->virtual_clock)
		return next - now;
	if (w->io_waits)
		return -1;
	clock_advance(next - now);
	return 0;
}

void idle_sleep(struct worker *w)
{
	uint64_t bit = w->index < 64 ? UINT64_C(1) << w->index : 0;

	/* relaxed: the fence orders */
	atomic_fetch_or_explicit(&w->vm->idle, bit, memory_order_relaxed);
	/* seq_cst: pairs with the one in wake_idle */
	atomic_thread_fence(memory_order_seq_cst);
	if (!has_work(w) && !steal_has_work(w)) {
		/* relaxed: for lists of actors */
		atomic_store_explicit(&w->running, 0, memory_order_relaxed);
		watch_poll(&w->watch, sleep_ns(w), ready, w);
	}
	/* relaxed: a waker that still sees the bit wakes once too often */
	atomic_fetch_and_explicit(&w->vm->idle, ~bit, memory_order_relaxed);
	fire(w);
}
