/* What every workload of ./dev bench needs: its size, its clock, its checks, its lines of JSON.
 *
 * A workload is a loop that is started with {Schedulers, Variant}, Variant being '' where there is one
 * only. It prints a line for each metric and ends; one whose sums are wrong ends in error. */
#ifndef JOIST_TEST_BENCH_WORKLOAD_H
#define JOIST_TEST_BENCH_WORKLOAD_H

#include <joist/server.h>

struct workload {
	const char *name;
	int64_t schedulers;
	const char *variant;
};

/* What `args` ask for. */
struct workload workload_of(struct joist_actor *self, joist_term args, const char *name);

bool workload_is(const struct workload *workload, const char *variant);

/* `n` times BENCH_SCALE, at least 1. */
int64_t workload_scaled(int64_t n);

int64_t clock_ns(void);

void workload_check(struct joist_actor *self, const char *what, int64_t got, int64_t wanted);

void workload_tell(struct joist_actor *self, const struct workload *workload, const char *metric,
		   double value, int64_t n);

/* Tells of `n` samples in ns, in us: PREFIX_us_p50 and so on, the first `count` of p50, p99, p999, max.
 * Sorts them. */
void workload_tell_samples(struct joist_actor *self, const struct workload *workload,
			   const char *prefix, int64_t *samples, int64_t n, int count);

/* Of the process, in bytes. */
int64_t resident_bytes(void);

/* Takes the only message that may come, and ends the turn. */
int64_t receive_count(struct joist_actor *self);

/* Calls `start` n times, never more than 1000 ahead of the messages that `end` takes; how many ends. */
int64_t in_flight(struct joist_actor *self, int64_t n,
		  void (*start)(struct joist_actor *self, int64_t i, void *context),
		  bool (*end)(joist_term message), void *context);

uint32_t xorshift32(uint32_t x);

/* For what sends much and receives nothing: ends the turn now and then, so that what was built goes. */
static inline void turn_over(struct joist_actor *self, int64_t i)
{
	if (i % 100 == 0)
		joist_receive_timeout(self, 0);
}

#endif
