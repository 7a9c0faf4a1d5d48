/* How late a millisecond's tick is beside actors that compute or block: what hog_latency of the other
 * systems measures, and more kinds of hogs. A variant is a kind, with `_work` if each tick has work of
 * 300 us to do, and with `_no_slices` on a kernel that is told to give none. */
#include "workload.h"

#include <joist/option.h>
#include <joist/supervisor.h>
#include <joist/timer.h>

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTLE_NS INT64_C(200000000)
#define TICK_NS INT64_C(1000000)
#define WORK_US 300

static void compute(int64_t us)
{
	int64_t until = clock_ns() + us * 1000;
	volatile uint32_t x = UINT32_C(2463534242); /* so that the compiler computes it */

	do
		for (int i = 0; i < 1000; i++)
			x = xorshift32(x);
	while (clock_ns() < until);
}

/* ---- the hogs ---- */

static void spin(struct joist_actor *self, joist_term args)
{
	volatile uint32_t x = UINT32_C(2463534242); /* as above */

	(void)self, (void)args;
	for (;;)
		x = xorshift32(x);
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

static const struct kind {
	const char *name, *actor;
	int count;
	int64_t us; /* of each turn */
} kinds[] = {
	{ "none", NULL, 0, 0 },
	{ "spin_4", "hogs:spin", 4, 0 },
	{ "spin_100", "hogs:spin", 100, 0 },
	{ "turns_1500", "hogs:turns", 100, 1500 },
	{ "turns_5000", "hogs:turns", 100, 5000 },
	{ "turns_50000", "hogs:turns", 100, 50000 },
	{ "read_200", "hogs:block_read", 200, 0 },
	{ "read_2000", "hogs:block_read", 2000, 0 },
	{ "mutex_200", "hogs:block_mutex", 200, 0 },
};

/* The kind whose name, and no longer one, the variant begins with. */
static const struct kind *kind_of(struct joist_actor *self, const char *variant)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t length = strlen(kinds[i].name);
		if (!strncmp(variant, kinds[i].name, length) &&
		    !isdigit((unsigned char)variant[length]))
			return &kinds[i];
	}
	joist_exit(self, joist_make(self, "{badarg, What}", joist_text(variant)));
}

/* ---- what is measured ---- */

static void hogs(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "hogs");
	const struct kind *kind = kind_of(self, workload.variant);
	int64_t own_us = strstr(workload.variant, "_work") ? WORK_US : 0;
	int64_t window = workload_scaled(3000), n = 0;
	int64_t *late = joist_alloc(self, (size_t)window * sizeof(*late));

	if (pipe(silent) < 0 || pthread_mutex_lock(&held) != 0)
		joist_exit(self, joist_make(self, "badarg"));
	for (int i = 0; i < kind->count; i++)
		joist_spawn(self, kind->actor, joist_int(self, kind->us));
	int64_t start = clock_ns(), now = start;
	while (now - start < SETTLE_NS + window * TICK_NS && n < window) {
		int64_t from = clock_ns();
		joist_send_after(self, 1, joist_self(self), joist_make(self, "tick"));
		joist_receive(self);
		now = clock_ns();
		if (now - start > SETTLE_NS)
			late[n++] = now - from - TICK_NS;
		if (own_us)
			compute(own_us);
	}
	workload_tell_samples(self, &workload, "tick_late", late, n, 4);
}

JOIST_PLUGIN("hogs", "1.0", JOIST_ACTOR(hogs), JOIST_ACTOR(spin), JOIST_SERVER(turns),
	     JOIST_ACTOR(block_read), JOIST_ACTOR(block_mutex));
