/* Actors whose values are local to their threads, for the runs of test/locals/locals.py: what a plugin
 * must bring of its own is how a value is set and looked at. */
#ifndef JOIST_TEST_LOCALS_H
#define JOIST_TEST_LOCALS_H

#include <joist/server.h>

/* Has the thread hold `value`; and whether it does. */
static void hold(int value);
static bool holds(int value);

/* Waits in each way, as many others do at once. */
static void wait_somehow(struct joist_actor *self, int n)
{
	switch (n % 4) {
	case 0:
		joist_sleep(self, n % 3);
		break;
	case 1:
		joist_yield(self);
		break;
	case 2:
		joist_bump(self, 4000);
		break;
	default:
		joist_receive_match(self, 1, "never");
	}
}

/* Computes for longer than a slice: the turn loses its worker. */
static void compute(struct joist_actor *self)
{
	int64_t until = joist_now_ns(self) + 4000000;

	while (joist_now_ns(self) < until)
		for (volatile int i = 0; i < 10000; i++)
			;
}

static bool stays(struct joist_actor *self, int value)
{
	bool fine = true;

	hold(value);
	errno = value;
	for (int n = value; n < value + 20; n++) {
		if (n % 16 == 0)
			compute(self);
		wait_somehow(self, n);
		fine &= holds(value) && errno == value;
	}
	return fine;
}

static void looper(struct joist_actor *self, joist_term args)
{
	int value;

	if (joist_match(args, "N", &value))
		joist_send_to(self, "director",
			      joist_make(self, "{done, Fine}", stays(self, value)));
}

static void serve(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	looper(self, message);
}

static const struct joist_server server = { .info = serve };

static void hog(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		compute(self);
}

/* Starts all, and prints how many of them kept what was theirs. */
static void director(struct joist_actor *self, joist_term args)
{
	int fine = 0;
	bool one;

	(void)args;
	joist_register(self, "director", joist_self(self));
	for (int i = 0; i < 2; i++)
		joist_spawn_link(self, PLUGIN ":hog", joist_nil());
	for (int i = 1; i <= 100; i++) {
		joist_spawn(self, PLUGIN ":looper", joist_make(self, "N", i));
		joist_send(self, joist_spawn_link(self, PLUGIN ":server", joist_nil()),
			   joist_make(self, "N", 100 + i));
	}
	for (int i = 0; i < 200; i++) {
		if (joist_receive_match(self, JOIST_INFINITY, "{done, Fine}", &one))
			fine += one;
	}
	joist_print(self, "kept %d", fine);
	joist_receive(self);
}

JOIST_PLUGIN(PLUGIN, "1.0", JOIST_ACTOR(looper), JOIST_SERVER(server), JOIST_ACTOR(hog),
	     JOIST_ACTOR(director));

#endif
