/* Actors that crash, each in its way, for the runs of test/boot/crash.py. */
#include <joist/option.h>
#include <joist/joist.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int bump(volatile int *at) __attribute__((noinline));

static int bump(volatile int *at)
{
	*at += 1; /* the line that the report names */
	return *at;
}

/* Reads from an address. */
static void reader(struct joist_actor *self, joist_term args)
{
	uint64_t address = 0;

	if (!joist_match(args, "Address", &address))
		joist_exit(self, joist_make(self, "badarg"));
	joist_print(self, "%d", bump((volatile int *)(uintptr_t)address));
}

/* Waits for good. */
static void quiet(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		joist_receive(self);
}

static void *crash_thread(void *address)
{
	bump(address);
	return NULL;
}

/* One after the other. */
static void crash_some(struct joist_actor *self, uint32_t count)
{
	const struct joist_spawn_options options = { .monitor = true };
	joist_ref monitor;

	for (uint32_t i = 0; i < count; i++) {
		joist_spawn_with(self, "crashes:reader", joist_make(self, "0"), &options, &monitor);
		joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^M, process, _, _}", &monitor);
	}
}

/* Takes the whole process with it, unless it has been here before: a file tells. */
static void breaker(struct joist_actor *self, joist_term args)
{
	joist_term how, term;
	const char *mark;
	pthread_t thread;

	if (!joist_match(args, "{How, Mark}", &how, &term))
		joist_exit(self, joist_make(self, "badarg"));
	mark = joist_c_string(self, term);
	if (mark && mark[0] && !fopen(mark, "wx")) {
		joist_print(self, "survived");
		quiet(self, args);
	}
	joist_print(self, "breaks");
	if (joist_is_atom(how, "kill"))
		kill(getpid(), SIGKILL);
	if (joist_is_atom(how, "many"))
		crash_some(self, 8);
	pthread_create(&thread, NULL, crash_thread, NULL);
	pthread_join(thread, NULL);
}

/* Starts many that crash at once. */
static void many(struct joist_actor *self, joist_term args)
{
	uint32_t count = 0;

	joist_match(args, "Count", &count);
	crash_some(self, count);
	joist_print(self, "done");
	quiet(self, args);
}

/* Prints the names of alarms. */
static void listener(struct joist_actor *self, joist_term args)
{
	joist_atom name;

	(void)args;
	joist_alarms(self, true);
	for (;;)
		if (joist_match(joist_receive(self), "{alarm, Name, _}", &name))
			joist_print(self, "alarm %s", (const char *)joist_atom_name(name).data);
}

/* Makes so many atoms. */
static void maker(struct joist_actor *self, joist_term args)
{
	char name[32];
	int count;

	if (!joist_match(args, "Count", &count))
		joist_exit(self, args);
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "made_%d", i);
		joist_atom_new(name);
	}
	quiet(self, args);
}

static volatile int going;

static void go_round(void) __attribute__((noinline));

static void go_round(void)
{
	for (;;)
		going++; /* the turn that does not end */
}

static void lie_in_wait(int fd) __attribute__((noinline));

static void lie_in_wait(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		going++; /* the call that does not end */
}

/* Holds a scheduler, one way or the other. */
static void staller(struct joist_actor *self, joist_term args)
{
	int fds[2];

	(void)self;
	if (joist_is_atom(args, "computes"))
		go_round();
	else if (pipe(fds) == 0)
		lie_in_wait(fds[0]);
}

JOIST_PLUGIN("crashes", "1.0", JOIST_ACTOR(reader), JOIST_ACTOR(staller), JOIST_ACTOR(breaker),
	     JOIST_ACTOR(many), JOIST_ACTOR(listener), JOIST_ACTOR(maker), JOIST_ACTOR(quiet));
