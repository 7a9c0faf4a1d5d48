/* What every workload of ./dev bench needs. Linked into each plugin; only its actors' threads enter. */
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define IN_FLIGHT 1000

struct workload workload_of(struct joist_actor *self, joist_term args, const char *name)
{
	struct workload workload = { .name = name };
	joist_atom variant;

	if (!joist_match(args, "{Schedulers, Variant}", &workload.schedulers, &variant))
		joist_exit(self, joist_make(self, "{badarg, Args}", args));
	workload.variant = joist_atom_name(variant).data;
	return workload;
}

bool workload_is(const struct workload *workload, const char *variant)
{
	return strcmp(workload->variant, variant) == 0;
}

int64_t workload_scaled(int64_t n)
{
	const char *scale = getenv("BENCH_SCALE");
	int64_t scaled = scale ? (int64_t)((double)n * strtod(scale, NULL)) : n;

	return scaled < 1 ? 1 : scaled;
}

int64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

void workload_check(struct joist_actor *self, const char *what, int64_t got, int64_t wanted)
{
	if (got != wanted)
		joist_exit(self, joist_make(self, "{wrong, What, got, Got, wanted, Wanted}",
					    joist_text(what), got, wanted));
}

void workload_tell(struct joist_actor *self, const struct workload *workload, const char *metric,
		   double value, int64_t n)
{
	joist_print(self,
		    "{\"bench\":\"%s\",\"variant\":\"S%lld%s%s\",\"metric\":\"%s\","
		    "\"value\":%.3f,\"n\":%lld}",
		    workload->name, (long long)workload->schedulers, *workload->variant ? "," : "",
		    workload->variant, metric, value, (long long)n);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

void workload_tell_samples(struct joist_actor *self, const struct workload *workload,
			   const char *prefix, int64_t *samples, int64_t n, int count)
{
	static const struct {
		const char *name;
		int64_t per_mille;
	} marks[] = { { "p50", 500 }, { "p99", 990 }, { "p999", 999 }, { "max", 1000 } };
	char metric[64];

	qsort(samples, (size_t)n, sizeof(*samples), by_value);
	for (int i = 0; i < count; i++) {
		int64_t rank = (marks[i].per_mille * n + 999) / 1000;

		snprintf(metric, sizeof(metric), "%s_us_%s", prefix, marks[i].name);
		workload_tell(self, workload, metric, n ? (double)samples[rank - 1] / 1e3 : 0, n);
	}
}

int64_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long all, pages = 0;

	if (file && fscanf(file, "%ld %ld", &all, &pages) != 2)
		pages = 0;
	if (file)
		fclose(file);
	return pages * sysconf(_SC_PAGESIZE);
}

int64_t receive_count(struct joist_actor *self)
{
	joist_term message = joist_receive(self);
	int64_t count;

	if (!joist_match(message, "{count, Count}", &count))
		joist_exit(self, joist_make(self, "{unexpected, Message}", message));
	return count;
}

int64_t in_flight(struct joist_actor *self, int64_t n,
		  void (*start)(struct joist_actor *self, int64_t i, void *context),
		  bool (*end)(joist_term message), void *context)
{
	int64_t started = 0, ended = 0;

	while (ended < n) {
		if (started < n && started - ended < IN_FLIGHT)
			start(self, started++, context);
		else if (end(joist_receive(self)))
			ended++;
		else
			joist_exit(self, joist_make(self, "unexpected"));
	}
	return ended;
}

uint32_t xorshift32(uint32_t x)
{
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}
