/* Sleeping until there is work: in the worker's watch, which others can wake, until its next timer. Only
 * the worker's thread enters. */
#include "vm/sched/idle.h"

#include "vm/base/clock.h"
#include "vm/base/spin.h"
#include "vm/sched/deadline.h"
#include "vm/sched/fire.h"
#include "vm/sched/jobs.h"
#include "vm/sched/sched.h"
#include "vm/sched/steal.h"
#include "vm/sched/thread.h"
#include "vm/sched/wake.h"

/* A busy worker looks at its timers and descriptors this often. */
#define POLL_US 50

/* How long a worker without work looks for some, and how soon it must have been woken the last time that
 * it slept. */
#define LOOK_US 50
#define SOON_US 200

/* How long one that waits alone is left at another worker. */
#define LONE_US 50

/* How long a node with a virtual clock gives the world outside, in real time, before it turns the clock. */
#define VIRTUAL_PATIENCE_NS (20 * CLOCK_NS_PER_MS)

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

/* How long until the next timer: below zero if there is none. */
static int64_t until_timer_ns(struct worker *w)
{
	int64_t next = next_timer_ns(w), now = clock_now_ns();

	if (next == INT64_MAX)
		return -1;
	return next > now ? next - now : 0;
}

/* A virtual clock does not go by itself: when nothing else is to come, or what waits for a descriptor has
 * waited a while in vain, it is turned to the next timer. */
static void sleep_virtually(struct worker *w)
{
	int64_t until = until_timer_ns(w);
	int64_t real_ns = until < 0 ? -1 : w->io_waits ? VIRTUAL_PATIENCE_NS : 0;

	if (watch_poll(&w->watch, real_ns, ready, w) == 0 && until > 0 && !has_work(w) &&
	    !blocking_is_busy(&w->vm->blocking))
		clock_advance(until);
}

/* Whether it looks the next time is for who made one of its own actors run, not for timers, descriptors and
 * what it may steal. */
static void sleep_until_woken(struct worker *w)
{
	uint64_t soon = clock_cycles() + SOON_US * clock_cycles_per_us();
	int told = watch_poll(&w->watch, until_timer_ns(w), ready, w);

	w->looks = w->vm->worker_count > 1 && told == 0 && has_work(w) && clock_cycles() < soon;
}

/* Waking a thread costs both sides more than looking for a while, as long as that is not in vain; and one
 * that waits alone at another worker may be gone soon. Nobody needs to know of it. It is not done where it
 * takes the processor from threads to which the kernel gives what is left over. */
static bool look(struct worker *w)
{
	uint64_t from = clock_cycles(), now = from, alone = from, us = clock_cycles_per_us();
	bool hurries = jobs_any(w->vm->pool);
	unsigned waiting;

	while ((waiting = steal_waiting(w)) || (w->looks && !hurries)) {
		w->takes_lone = waiting && (hurries || now - alone >= LONE_US * us);
		if (has_work(w) || waiting > 1 || w->takes_lone)
			return true;
		if (!waiting && now - from >= LOOK_US * us)
			return false;
		spin_pause();
		now = clock_cycles();
		if (!waiting)
			alone = now;
	}
	return false;
}

void idle_sleep(struct worker *w)
{
	if (look(w))
		return;
	wake_wanted(w, true);
	/* seq_cst: pairs with the one in wake_idle */
	atomic_thread_fence(memory_order_seq_cst);
	/* Who adds work afterwards wakes the sleeper. */
	if (!has_work(w) && !steal_waiting(w)) {
		/* relaxed: for lists of actors */
		atomic_store_explicit(&w->running, 0, memory_order_relaxed);
		if (w->vm->virtual_clock)
			sleep_virtually(w);
		else
			sleep_until_woken(w);
	}
	wake_wanted(w, false);
	fire(w);
}
