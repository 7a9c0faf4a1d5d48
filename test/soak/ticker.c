/* Witnesses of time: one is sent a tick each millisecond, one waits for it. Both only note how long it
 * took; that none comes for half a minute is a finding. */
#include "test/soak/soak.h"

#define NONE_NS_MAX INT64_C(30000000000)

enum { SENT, WAITED, KINDS };

static atomic_int_least64_t last_ns[KINDS]; /* relaxed, all: plain times */

static void note(struct joist_actor *self, int kind)
{
	int64_t now = joist_now_ns(self);
	int64_t before = atomic_exchange_explicit(&last_ns[kind], now, memory_order_relaxed);
	int64_t late = atomic_load_explicit(&soak.late_ns, memory_order_relaxed);

	soak_count(&soak.messages);
	if (before && now - before > late)
		atomic_store_explicit(&soak.late_ns, now - before, memory_order_relaxed);
}

static void tick_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state, (void)args;
	joist_send_interval(self, 1, joist_self(self), joist_make(self, "tick"));
}

static void tick_info(struct joist_actor *self, void *state, joist_term message)
{
	(void)state, (void)message;
	note(self, SENT);
}

const struct joist_server ticker = { .state_size = 8, .init = tick_init, .info = tick_info };

void ticker_loop(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;) {
		joist_receive_timeout(self, 1);
		note(self, WAITED);
	}
}

const char *ticks_audit(struct joist_actor *self)
{
	int64_t now = joist_now_ns(self);

	for (int i = 0; i < KINDS; i++) {
		int64_t last = atomic_load_explicit(&last_ns[i], memory_order_relaxed);

		if (last && now - last > NONE_NS_MAX)
			return i == SENT ? "no tick of an interval for 30 s"
					 : "no time-out of a receive for 30 s";
	}
	return NULL;
}
