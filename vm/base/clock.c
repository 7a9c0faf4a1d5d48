/* The clocks of the kernel, or, for tests, one that stands still until it is turned.
 *
 * Owns nothing but the virtual time. Any thread enters. */
#include "vm/base/clock.h"

#include <stdatomic.h>

/* The same at every start, so that what is done by a virtual clock can be done again. */
#define VIRTUAL_START_NS CLOCK_NS_PER_S

static atomic_int_least64_t virtual_now; /* 0: the clocks are real */
static atomic_int_least64_t
	virtual_offset; /* system time less clock_now_ns, when it was made virtual */
static _Atomic uint64_t cycles_per_us; /* 0: not measured yet */

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

/* Counts for a millisecond. A pause of this thread in between lengthens both counts alike. */
static uint64_t cycles_measure(void)
{
	int64_t start = real_ns(CLOCK_MONOTONIC), now;
	uint64_t cycles = clock_cycles();

	do
		now = real_ns(CLOCK_MONOTONIC);
	while (now - start < CLOCK_NS_PER_MS);
	cycles = (clock_cycles() - cycles) * CLOCK_NS_PER_US / (uint64_t)(now - start);
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
