/* The actors that the story is about (story.c tells it): a counter, a hog that computes, a sleeper that
 * does nothing, and the curtain, which is the last one to stop. */
#include <joist/server.h>

#include <time.h>

struct count {
	int64_t n;
};

/* The story wants to know when a counter is up again; when the node starts there is no story yet. */
static void count_init(struct joist_actor *self, void *state, joist_term args)
{
	joist_pid story = joist_whereis(self, "story");

	(void)state;
	if (!joist_pid_is_none(story))
		joist_send(self, story, joist_make(self, "{up, Name}", args));
}

static joist_term count_call(struct joist_actor *self, void *state, joist_term request)
{
	struct count *count = state;

	if (joist_match(request, "get"))
		return joist_int(self, count->n);
	joist_exit(self, joist_make(self, "{cannot, Request}", request));
}

/* The number at an address, if there is one. The story wants to know when this was done. */
static int64_t number_at(struct joist_actor *self, uintptr_t address)
{
	const volatile int64_t *number = (const volatile int64_t *)address;

	joist_send_to(self, "story", joist_make(self, "{looks, Ns}", joist_now_ns(self)));
	return *number;
}

static void count_cast(struct joist_actor *self, void *state, joist_term message)
{
	struct count *count = state;
	uint64_t address;
	int64_t by;

	if (joist_match(message, "{add_at, Address}", &address))
		by = number_at(self, address);
	else if (!joist_match(message, "{add, By}", &by))
		joist_exit(self, joist_make(self, "{cannot, Message}", message));
	count->n += by;
}

static const struct joist_server counter = {
	.state_size = sizeof(struct count),
	.init = count_init,
	.call = count_call,
	.cast = count_cast,
};

static int64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Computes for so many nanoseconds, and calls nothing of Joist meanwhile. */
static void hog(struct joist_actor *self, joist_term args)
{
	int64_t until_ns = clock_ns(), for_ns = 0;
	volatile uint64_t sum = 0; /* volatile, so that the compiler computes it */

	joist_match(args, "Ns", &for_ns);
	until_ns += for_ns;
	while (clock_ns() < until_ns) {
		for (uint64_t i = 0; i < 100000; i++)
			sum = sum + i * i;
	}
	joist_send_to(self, "story", joist_make(self, "hog_done"));
}

static void sleeper_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)self;
	joist_match(args, "N", &((struct count *)state)->n);
}

static const struct joist_server sleeper = {
	.state_size = sizeof(struct count),
	.init = sleeper_init,
	.call = count_call,
};

/* The time at which the story ended. */
struct curtain {
	int64_t from_ns;
};

static void curtain_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state, (void)args;
	joist_trap_exit(self, true); /* so that curtain_terminate is called */
}

static void curtain_cast(struct joist_actor *self, void *state, joist_term message)
{
	struct curtain *curtain = state;

	if (joist_match(message, "the_end"))
		curtain->from_ns = joist_now_ns(self);
}

static void curtain_terminate(struct joist_actor *self, void *state, joist_term reason)
{
	const struct curtain *curtain = state;

	(void)reason;
	if (curtain->from_ns)
		joist_print(self, "   All are stopped, after %.2f s. This was the last of them.",
			    (double)(joist_now_ns(self) - curtain->from_ns) / 1e9);
}

static const struct joist_server curtain = {
	.state_size = sizeof(struct curtain),
	.init = curtain_init,
	.cast = curtain_cast,
	.terminate = curtain_terminate,
};

JOIST_PLUGIN("parts", "1.0", JOIST_SERVER(counter), JOIST_ACTOR(hog), JOIST_SERVER(sleeper),
	     JOIST_SERVER(curtain));
