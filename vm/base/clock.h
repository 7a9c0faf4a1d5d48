/* Time. The one place that asks the kernel for it, so that a test can turn it by hand. */
#ifndef JOIST_VM_BASE_CLOCK_H
#define JOIST_VM_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_NS_PER_US INT64_C(1000)
#define CLOCK_NS_PER_MS INT64_C(1000000)
#define CLOCK_NS_PER_S INT64_C(1000000000)

/* Nanoseconds of a clock that only goes forward, from an arbitrary start above 0. */
int64_t clock_now_ns(void);

/* Nanoseconds since 1970-01-01 00:00 UTC. In virtual mode: as much later as clock_now_ns is. */
int64_t clock_system_ns(void);

/* The time `ns` from now by the kernel's CLOCK_MONOTONIC, for its own time-outs: never virtual. */
struct timespec clock_kernel_in(int64_t ns);

/* From here on both clocks stand still, but for clock_advance; or, with false, go by themselves again. */
void clock_virtual(bool on);

/* Turns both clocks by `ns`, in virtual mode. Any thread. */
void clock_advance(int64_t ns);

/* A counter of the processor, for short spans on one thread: cheaper than a clock, and never virtual. */
static inline uint64_t clock_cycles(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	uint64_t cycles;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(cycles));
	return cycles;
#else
#error "no counter of cycles is known for this processor"
#endif
}

/* How fast that counter goes; at least 1. The first call waits until 0.2 ms are over that it may count,
 * from clock_measure on. */
uint64_t clock_cycles_per_us(void);

/* Begins to measure that, before there are other threads. */
void clock_measure(void);

#endif
