/* What the process says of itself, as Erlang's tools want to have it. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "otp.h"

static int64_t ns_of(clockid_t clock)
{
	struct timespec t = { 0, 0 };

	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Field 22 of the line in /proc, in ticks since the machine was started; the name before may have
 * anything in it but a last bracket. */
static int64_t started_ns(void)
{
	unsigned long long ticks = 0;
	FILE *file = fopen("/proc/self/stat", "re");

	if (!file)
		return 0;
	if (fscanf(file,
		   "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u "
		   "%*d %*d %*d %*d %*d %*d %llu",
		   &ticks) != 1)
		ticks = 0;
	fclose(file);
	return (int64_t)(ticks * (UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK)));
}

static int64_t resident_bytes(void)
{
	unsigned long long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return 0;
	if (fscanf(file, "%*u %llu", &pages) != 1)
		pages = 0;
	fclose(file);
	return (int64_t)(pages * (uint64_t)sysconf(_SC_PAGESIZE));
}

static int64_t processors(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

struct otp_figures otp_figures(void)
{
	const int64_t up_ns = ns_of(CLOCK_BOOTTIME) - started_ns();

	return (struct otp_figures){
		.processors = processors(),
		.uptime_ms = up_ns / 1000000,
		.busy_ns = ns_of(CLOCK_PROCESS_CPUTIME_ID),
		.possible_ns = up_ns * processors(),
		.resident_bytes = resident_bytes(),
	};
}

joist_term otp_memory(struct joist_actor *self, const struct otp_figures *figures,
		      int64_t actor_bytes)
{
	const int64_t total = figures->resident_bytes, rest = total - actor_bytes;

	return joist_make(self,
			  "[{total, T}, {processes, P}, {processes_used, P2}, {system, S}, "
			  "{atom, 0}, {atom_used, 0}, {binary, 0}, {code, 0}, {ets, 0}]",
			  total, actor_bytes, actor_bytes, rest > 0 ? rest : 0);
}

joist_term otp_load(struct joist_actor *self, const struct otp_figures *figures)
{
	return joist_make(self, "[{1, Busy, Possible}]", figures->busy_ns, figures->possible_ns);
}
