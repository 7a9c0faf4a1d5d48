/* Workloads about time: timers and hog_latency. */
#include "workload.h"

#include <joist/timer.h>

#define MS INT64_C(1000000)

/* ---- timers ---- */

struct late {
	int64_t *samples;
	int64_t n, early;
};

static void note_late(struct late *late, joist_term message)
{
	int64_t due;

	if (!joist_match(message, "{tmo, Due}", &due))
		return;
	late->samples[late->n] = clock_ns() - due;
	if (late->samples[late->n++] < 0)
		late->early++;
}

/* Ends the turn now and then; a timer that has fired by then is late like any other. */
static void set_timers(struct joist_actor *self, joist_ref *timers, int64_t n, struct late *late)
{
	uint32_t x = UINT32_C(2463534242);

	for (int64_t i = 0; i < n; i++) {
		x = xorshift32(x);
		int64_t delay = 2000 + x % 2000;
		int64_t due = clock_ns() + delay * MS;

		timers[i] = joist_send_after(self, delay, joist_self(self),
					     joist_make(self, "{tmo, Due}", due));
		if (i % 100 == 0)
			note_late(late, joist_receive_timeout(self, 0));
	}
}

static int64_t cancel_timers(struct joist_actor *self, const joist_ref *timers, int64_t n)
{
	int64_t cancelled = 0;

	for (int64_t i = 1; i < n; i += 2)
		cancelled += joist_cancel(self, timers[i]) >= 0;
	return cancelled;
}

static void timers(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "timers");
	int64_t n = workload_scaled(1000000), half = n / 2;
	joist_ref *refs = joist_alloc(self, (size_t)n * sizeof(*refs));
	struct late late = { .samples = joist_alloc(self, (size_t)n * sizeof(int64_t)) };

	int64_t from = clock_ns();
	set_timers(self, refs, n, &late);
	int64_t set = clock_ns() - from;
	from = clock_ns();
	int64_t cancelled = cancel_timers(self, refs, n);
	int64_t cancel = clock_ns() - from;
	workload_check(self, "cancelled", cancelled, half);
	while (late.n < n - half)
		note_late(&late, joist_receive(self));
	workload_check(self, "early", late.early, 0);
	workload_check(self, "messages of cancelled timers",
		       !joist_is_none(joist_receive_timeout(self, 20)), false);
	workload_tell(self, &workload, "ns_per_set", (double)set / (double)n, n);
	if (half)
		workload_tell(self, &workload, "ns_per_cancel", (double)cancel / (double)half,
			      half);
	workload_tell_samples(self, &workload, "late", late.samples, late.n, 3);
}

/* ---- hog_latency ---- */

static volatile uint32_t sink;

static void hog(struct joist_actor *self, joist_term args)
{
	uint32_t x = UINT32_C(2463534242);

	(void)self, (void)args;
	for (;;) {
		x ^= x << 13, x ^= x >> 17, x ^= x << 5;
		if (x == 0)
			sink = x;
	}
}

static void echo(struct joist_actor *self, joist_term args)
{
	joist_pid from;
	int64_t i;

	(void)args;
	while (joist_match(joist_receive(self), "{ping, From, I}", &from, &i))
		joist_send(self, from, joist_make(self, "{pong, I}", i));
}

struct served {
	int64_t *late, *ping, n;
};

/* A tick and a ping, again and again until `end`; at most `max`. */
static void serve(struct joist_actor *self, struct served *served, int64_t end, int64_t max)
{
	joist_pid other = joist_spawn_link(self, "ticks:echo", joist_nil());

	while (clock_ns() < end && served->n < max) {
		int64_t from = clock_ns();

		joist_send_after(self, 1, joist_self(self), joist_make(self, "tick"));
		joist_receive(self);
		int64_t ticked = clock_ns();
		joist_send(self, other, joist_make(self, "{ping, P, I}", joist_self(self), ticked));
		workload_check(self, "pong",
			       joist_match(joist_receive(self), "{pong, ^I}", &ticked), true);
		served->late[served->n] = ticked - from - MS;
		served->ping[served->n++] = clock_ns() - ticked;
	}
}

static void hog_latency(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "hog_latency");
	int64_t window = workload_scaled(3000), max = window + 1;
	struct served served = {
		.late = joist_alloc(self, (size_t)max * sizeof(int64_t)),
		.ping = joist_alloc(self, (size_t)max * sizeof(int64_t)),
	};
	int64_t end = clock_ns() + window * MS;

	for (int64_t i = 0; i < 2 * workload.schedulers && workload_is(&workload, "pure"); i++)
		joist_spawn_link(self, "ticks:hog", joist_nil());
	serve(self, &served, end, max);
	workload_tell_samples(self, &workload, "tick_late", served.late, served.n, 4);
	workload_tell_samples(self, &workload, "ping", served.ping, served.n, 4);
	workload_tell(self, &workload, "ticks_served", (double)served.n, window);
}

JOIST_PLUGIN("ticks", "1.0", JOIST_ACTOR(timers), JOIST_ACTOR(hog_latency), JOIST_ACTOR(hog),
	     JOIST_ACTOR(echo));
