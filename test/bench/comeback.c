/* How long it takes from the end of a supervised actor to the first word of the one that takes its place.
 *
 *   {fault, N}: it crashes each time        {exit, N}: it exits in error each time
 *   {many, N}: N in all, of 1000 actors under one supervisor that exit as soon as they run
 *
 * Prints one line of JSON. */
#include <joist/option.h>
#include <joist/server.h>
#include <joist/supervisor.h>

#include <stdlib.h>
#include <time.h>

static int64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* ---- who ends ---- */

static volatile int *volatile nowhere;

static void victim_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state, (void)args;
	joist_send(self, joist_whereis(self, "judge"),
		   joist_make(self, "{up, Self}", joist_self(self)));
}

static void victim_cast(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	if (joist_is_atom(message, "fault"))
		*nowhere = 1;
	joist_exit(self, joist_make(self, "oops"));
}

static const struct joist_server victim = {
	.state_size = 8,
	.init = victim_init,
	.cast = victim_cast,
};

/* ---- who watches ---- */

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static joist_pid wait_up(struct joist_actor *self)
{
	joist_pid pid = { 0 };

	joist_receive_match(self, JOIST_INFINITY, "{up, Pid}", &pid);
	return pid;
}

static void measure_one(struct joist_actor *self, joist_atom how, int64_t n)
{
	int64_t *took = joist_alloc(self, (size_t)n * sizeof(*took));
	struct joist_bytes name = joist_atom_name(how);
	joist_pid pid = wait_up(self);

	for (int64_t i = 0; i < n; i++) {
		int64_t from = clock_ns();
		joist_cast(self, pid, joist_atom_term(how));
		pid = wait_up(self);
		took[i] = clock_ns() - from;
		if (i % 100 == 0)
			joist_receive_timeout(self, 0);
	}
	qsort(took, (size_t)n, sizeof(*took), by_value);
	joist_print(self,
		    "{\"restart\":\"%.*s\",\"n\":%lld,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}",
		    (int)name.size, (const char *)name.data, (long long)n,
		    (double)took[n / 2] / 1e3, (double)took[n * 99 / 100] / 1e3,
		    (double)took[n - 1] / 1e3);
}

static void measure_many(struct joist_actor *self, int64_t n)
{
	int64_t from = clock_ns();

	for (int64_t i = 0; i < n; i++) {
		joist_cast(self, wait_up(self), joist_atom_term(joist_atom_new("exit")));
		if (i % 100 == 0)
			joist_receive_timeout(self, 0);
	}
	joist_print(self, "{\"restart\":\"many\",\"n\":%lld,\"per_s\":%.0f}", (long long)n,
		    (double)n / ((double)(clock_ns() - from) / 1e9));
}

static void judge(struct joist_actor *self, joist_term args)
{
	joist_atom how;
	int64_t n;

	if (!joist_match(args, "{How, N}", &how, &n))
		joist_exit(self, joist_make(self, "badarg"));
	if (joist_atom_name(how).size == 4 && *(const char *)joist_atom_name(how).data == 'm')
		measure_many(self, n);
	else
		measure_one(self, how, n);
}

JOIST_PLUGIN("comeback", "1.0", JOIST_SERVER(victim), JOIST_ACTOR(judge));
