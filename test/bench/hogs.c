/* How late a millisecond's tick is beside actors that compute or block: what hog_latency of the other
 * systems measures, and more kinds of hogs.
 *
 *   {Kind, Hogs, OwnWorkUs, WindowMs}: none | spin | turns_1500 | turns_5000 | turns_50000 | read | mutex
 *
 * Prints one line of JSON. */
#include <joist/option.h>
#include <joist/server.h>
#include <joist/supervisor.h>
#include <joist/timer.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SETTLE_NS INT64_C(200000000)
#define TICK_NS INT64_C(1000000)
#define SAMPLES_MAX 4000

static int64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static volatile uint32_t sink;

static void compute(int64_t us)
{
	int64_t until = clock_ns() + us * 1000;
	uint32_t x = 2463534242;

	do
		for (int i = 0; i < 1000; i++)
			x ^= x << 13, x ^= x >> 17, x ^= x << 5;
	while (clock_ns() < until);
	sink = x;
}

/* ---- the hogs ---- */

static void spin(struct joist_actor *self, joist_term args)
{
	uint32_t x = 2463534242;

	(void)self, (void)args;
	for (;;) {
		x ^= x << 13, x ^= x >> 17, x ^= x << 5;
		sink = x;
	}
}

struct turns {
	int64_t us;
};

static void turns_init(struct joist_actor *self, void *state, joist_term args)
{
	joist_match(args, "Us", &((struct turns *)state)->us);
	joist_cast(self, joist_self(self), joist_nil());
}

static void turns_cast(struct joist_actor *self, void *state, joist_term message)
{
	compute(((struct turns *)state)->us);
	joist_cast(self, joist_self(self), message);
}

static const struct joist_server turns = {
	.state_size = sizeof(struct turns),
	.init = turns_init,
	.cast = turns_cast,
};

static int silent[2];
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void block_read(struct joist_actor *self, joist_term args)
{
	char byte;

	(void)self, (void)args;
	if (read(silent[0], &byte, 1) < 0)
		abort();
}

static void block_mutex(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	pthread_mutex_lock(&held);
}

static void start_hogs(struct joist_actor *self, const char *kind, int64_t hogs)
{
	for (int64_t i = 0; i < hogs; i++) {
		if (!strcmp(kind, "spin"))
			joist_spawn(self, "hogs:spin", joist_nil());
		else if (!strcmp(kind, "read"))
			joist_spawn(self, "hogs:block_read", joist_nil());
		else if (!strcmp(kind, "mutex"))
			joist_spawn(self, "hogs:block_mutex", joist_nil());
		else if (!strncmp(kind, "turns_", 6))
			joist_spawn(self, "hogs:turns", joist_int(self, atol(kind + 6)));
	}
}

/* ---- what is measured ---- */

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static double us_at(const int64_t *sorted, size_t n, double p)
{
	size_t rank = (size_t)(p * (double)n);

	return n ? (double)sorted[rank < n ? rank : n - 1] / 1e3 : 0;
}

static void measure(struct joist_actor *self, joist_term args)
{
	int64_t *late = joist_alloc(self, SAMPLES_MAX * sizeof(*late));
	joist_atom kind;
	int64_t hogs, own_us, window_ms;
	size_t n = 0;

	if (!joist_match(args, "{Kind, Hogs, Own, Window}", &kind, &hogs, &own_us, &window_ms) ||
	    pipe(silent) < 0)
		joist_exit(self, joist_make(self, "badarg"));
	pthread_mutex_lock(&held);
	struct joist_bytes name = joist_atom_name(kind);
	start_hogs(self, name.data, hogs);
	int64_t start = clock_ns(), now = start;
	while (now - start < SETTLE_NS + window_ms * TICK_NS && n < SAMPLES_MAX) {
		int64_t from = clock_ns();
		joist_send_after(self, 1, joist_self(self), joist_make(self, "tick"));
		joist_receive(self);
		now = clock_ns();
		if (now - start > SETTLE_NS)
			late[n++] = now - from - TICK_NS;
		if (own_us)
			compute(own_us);
	}
	qsort(late, n, sizeof(*late), by_value);
	joist_print(self,
		    "{\"hogs\":\"%.*s\",\"count\":%lld,\"own_us\":%lld,\"ticks\":%zu,"
		    "\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}",
		    (int)name.size, (const char *)name.data, (long long)hogs, (long long)own_us, n,
		    us_at(late, n, 0.5), us_at(late, n, 0.99), us_at(late, n, 0.999),
		    us_at(late, n, 1.0));
}

JOIST_PLUGIN("hogs", "1.0", JOIST_ACTOR(measure), JOIST_ACTOR(spin), JOIST_SERVER(turns),
	     JOIST_ACTOR(block_read), JOIST_ACTOR(block_mutex));
