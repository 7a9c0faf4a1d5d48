/* Actors for the runs of test/boot/run.py. */
#include <joist/server.h>
#include <pthread.h>
#include <stdio.h>

/* Waits for good. */
static void quiet(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		joist_receive(self);
}

/* Writes in each way there is, then waits. */
static void printer(struct joist_actor *self, joist_term args)
{
	joist_print(self, "joist_print %s", joist_format(self, args));
	printf("printf %s\n", joist_format(self, joist_config(self)));
	fprintf(stderr, "stderr %s\n", "here");
	joist_print(self, "done");
	quiet(self, args);
}

/* Uses 3 MiB of its stack, and says whether it has only ever run on one thread. */
static void threaded(struct joist_actor *self, joist_term args)
{
	pthread_t thread = pthread_self();
	volatile char deep[3 << 20];
	bool same = true;

	for (int i = 0; i < 100; i++) {
		joist_sleep(self, i % 2);
		joist_yield(self);
		same &= pthread_equal(thread, pthread_self()) != 0;
	}
	for (size_t i = 0; i < sizeof(deep); i += 4096)
		deep[i] = 1;
	joist_print(self, "threaded %d", same && deep[0]);
	quiet(self, args);
}

/* Does not end when it is asked to. */
static void stubborn(struct joist_actor *self, joist_term args)
{
	joist_trap_exit(self, true);
	joist_print(self, "stubborn");
	for (;;) {
		joist_term message = joist_receive(self);

		if (joist_match(message, "{'EXIT', _, shutdown}"))
			joist_print(self, "no");
	}
	(void)args;
}

/* Ends at once with the reason that it is given. */
static void ender(struct joist_actor *self, joist_term args)
{
	joist_exit(self, args);
}

/* A server that does not start. */
static void fail(struct joist_actor *self, void *state, joist_term args)
{
	(void)state, (void)args;
	joist_exit(self, joist_make(self, "no_disk"));
}

static const struct joist_server failing = { .init = fail };

/* Says when it stops, so that the order can be seen. */
static void begin(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	joist_trap_exit(self, true);
	joist_print(self, "start %s", joist_format(self, args));
	*(joist_term *)state = joist_keep(self, args);
}

static void end(struct joist_actor *self, void *state, joist_term reason)
{
	joist_print(self, "stop %s: %s", joist_format(self, *(joist_term *)state),
		    joist_format(self, reason));
}

static const struct joist_server orderly = { .state_size = sizeof(joist_term),
					     .init = begin,
					     .terminate = end };

JOIST_PLUGIN("actors", "1.0", JOIST_ACTOR(quiet), JOIST_ACTOR(printer), JOIST_ACTOR(stubborn),
	     JOIST_ACTOR(ender), JOIST_ACTOR(threaded), JOIST_SERVER(failing),
	     JOIST_SERVER(orderly));
