/* The clocks of the kernel, or, for tests, one that stands still until it is turned.
 *
 * Owns the virtual time, and what is known of the counter of cycles. Any thread enters. */
#include "vm/base/clock.h"

#include <stdatomic.h>

/* For so long at least is counted: what a look is wrong by, some 30 ns, is then little. */
#define MEASURE_NS (200 * CLOCK_NS_PER_US)

/* The same at every start, so that what is done by a virtual clock can be done again. */
#define VIRTUAL_START_NS CLOCK_NS_PER_S

static atomic_int_least64_t virtual_now; /* 0: the clocks are real */
static atomic_int_least64_t
	virtual_offset; /* system time less clock_now_ns, when it was made virtual */
static _Atomic uint64_t cycles_per_us; /* 0: not measured yet */
static struct moment {
	int64_t ns;
	uint64_t cycles;
} begun; /* the last clock_measure; all 0: none */

static int64_t real_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

int64_t clock_now_ns(void)
{
	/* acquire: pairs with the release in clock_virtual */
	int64_t now = atomic_load_explicit(&virtual_now, memory_order_acquire);

	return __builtin_expect(now != 0, 0) ? now : real_ns(CLOCK_MONOTONIC);
}

int64_t clock_system_ns(void)
{
	/* acquire: pairs with the release in clock_virtual, so that the offset is there */
	int64_t now = atomic_load_explicit(&virtual_now, memory_order_acquire);

	if (!now)
		return real_ns(CLOCK_REALTIME);
	/* relaxed: ordered by the load above */
	return now + atomic_load_explicit(&virtual_offset, memory_order_relaxed);
}

struct timespec clock_kernel_in(int64_t ns)
{
	int64_t then = real_ns(CLOCK_MONOTONIC) + ns;

	return (struct timespec){ .tv_sec = then / CLOCK_NS_PER_S,
				  .tv_nsec = then % CLOCK_NS_PER_S };
}

void clock_virtual(bool on)
{
	/* relaxed: the release below publishes it */
	atomic_store_explicit(&virtual_offset, real_ns(CLOCK_REALTIME) - VIRTUAL_START_NS,
			      memory_order_relaxed);
	/* release: pairs with the acquire in clock_system_ns */
	atomic_store_explicit(&virtual_now, on ? VIRTUAL_START_NS : 0, memory_order_release);
}

void clock_advance(int64_t ns)
{
	/* release: pairs with the acquire in clock_now_ns, so that who sees the new time sees what the
	 * turner did before */
	atomic_fetch_add_explicit(&virtual_now, ns, memory_order_release);
}

/* Where both the clock and the counter are: of a few looks the one that nothing came between. */
static struct moment moment_now(void)
{
	struct moment best = { 0 };
	uint64_t shortest = UINT64_MAX;

	for (int looks = 0; looks < 4; looks++) {
		uint64_t before = clock_cycles();
		int64_t ns = real_ns(CLOCK_MONOTONIC);
		uint64_t took = clock_cycles() - before;
		if (took >= shortest)
			continue;
		best = (struct moment){ ns, before + took / 2 };
		shortest = took;
	}
	return best;
}

void clock_measure(void)
{
	begun = moment_now();
}

static uint64_t cycles_measure(void)
{
	struct moment from = begun.ns ? begun : moment_now(), to;

	do
		to = moment_now();
	while (to.ns - from.ns < MEASURE_NS);
	uint64_t cycles = (to.cycles - from.cycles) * CLOCK_NS_PER_US / (uint64_t)(to.ns - from.ns);
	return cycles ? cycles : 1;
}

uint64_t clock_cycles_per_us(void)
{
	/* relaxed, both: the number is all there is, and any thread's measure will do */
	uint64_t known = atomic_load_explicit(&cycles_per_us, memory_order_relaxed);

	if (!known) {
		known = cycles_measure();
		atomic_store_explicit(&cycles_per_us, known, memory_order_relaxed);
	}
	return known;
}
