/* A plugin that crashes as it is told: {Place, What}, where What is one of stranger.c's. */
#include <joist/joist.h>
#include <joist/server.h>
#include <joist/supervisor.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stranger.h"

/* When the last one crashed. */
static atomic_int_least64_t crashed_ns;

static void do_wrong(joist_term what)
{
	joist_atom name;

	if (!joist_get_atom(what, &name))
		return;
	for (const struct wrong *w = stranger_wrongs; w->name; w++) {
		if (strcmp((const char *)joist_atom_name(name).data, w->name) == 0)
			w->does();
	}
}

static void do_wrong_later(void *what)
{
	stranger_calls((void (*)(void))what);
	atomic_store(&crashed_ns, 0); /* or that was no call, but a jump */
}

static void crash(struct joist_actor *self, joist_term args)
{
	(void)self;
	do_wrong(args);
}

/* In a deferred call, with others before and after it. */
static void crash_deferred(struct joist_actor *self, joist_term args)
{
	joist_atom name;

	joist_get_atom(args, &name);
	joist_defer(self, free, malloc(100));
	for (const struct wrong *w = stranger_wrongs; w->name; w++) {
		if (strcmp((const char *)joist_atom_name(name).data, w->name) == 0)
			joist_defer(self, do_wrong_later, (void *)w->does);
	}
	joist_defer(self, free, malloc(100));
}

/* When it has waited, and has frames that it waited in. */
static void crash_after_wait(struct joist_actor *self, joist_term args)
{
	joist_receive_match(self, 0, "never");
	joist_yield(self);
	do_wrong(args);
}

/* {Count, What}: so many at once do it, on all workers, and each ends by a fault. */
static void crash_crowd(struct joist_actor *self, joist_term args)
{
	joist_term what;
	joist_ref ref;
	int count;

	if (!joist_match(args, "{Count, What}", &count, &what))
		return;
	for (int i = 0; i < count; i++)
		joist_spawn_monitor(self, "crasher:crash", what, &ref);
	for (int i = 0; i < count; i++)
		joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, _, {fault, _, _}}");
}

static __attribute__((noinline)) void use_up(struct joist_actor *self, joist_term args, int frames)
{
	volatile char frame[1024];

	frame[0] = (char)frames;
	if (frames > 0)
		use_up(self, args, frames - 1);
	else
		do_wrong(args);
	frame[1] = frame[0];
}

/* Of 1 KiB and more; a sanitizer's are larger. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FRAMES 12
#else
#define FRAMES 48
#endif

/* On a stack that is nearly full. */
static void crash_deep(struct joist_actor *self, joist_term args)
{
	use_up(self, args, FRAMES);
}

/* ---- at the very end of the stack ---- */

/* What overflows itself, where others need that it comes to its end. */
static void sends(struct joist_actor *self)
{
	joist_send(self, joist_self(self), joist_nil());
}

static void spawns(struct joist_actor *self)
{
	joist_spawn(self, "crasher:witness", joist_nil());
}

static void waits(struct joist_actor *self)
{
	joist_send_after(self, 1, joist_self(self), joist_nil());
	joist_receive_match(self, 0, "_");
}

static void *volatile block;

static void allocates(struct joist_actor *self)
{
	(void)self;
	block = malloc(20000);
	free(block);
	block = realloc(NULL, 100);
	free(block);
}

static void allocates_by_joist(struct joist_actor *self)
{
	block = joist_alloc(self, 100);
	allocates(self);
}

static void prints(struct joist_actor *self)
{
	joist_print(self, "%.0s", "hidden");
	printf("%.0s", "hidden");
}

static void (*const uses[])(struct joist_actor *self) = {
	sends, spawns, waits, allocates, allocates_by_joist, prints
};

static __attribute__((noinline)) int go_down(struct joist_actor *self, int use,
					     volatile char *above)
{
	volatile char frame[80] = { above[0] };

	uses[use](self);
	return frame[0] ? 0 : go_down(self, use, frame) + frame[1];
}

/* First some smaller frames, so that the last one ends at any distance from the guard. */
static __attribute__((noinline)) int go_down_from(struct joist_actor *self, int use, int smaller)
{
	volatile char frame[16] = { 0 };

	if (smaller > 0)
		return go_down_from(self, use, smaller - 1) + frame[0];
	return go_down(self, use, frame);
}

static void crash_brim(struct joist_actor *self, joist_term args)
{
	int use, smaller;

	if (joist_match(args, "{Use, Smaller}", &use, &smaller))
		go_down_from(self, use, smaller);
}

/* ---- servers ---- */

struct state {
	joist_term args;
};

static void init(struct joist_actor *self, void *state, joist_term args)
{
	joist_term what;

	((struct state *)state)->args = joist_keep(self, args);
	if (joist_match(args, "{init, What}", &what))
		do_wrong(what);
	else
		joist_send(self, joist_self(self), joist_make(self, "go"));
}

static void info(struct joist_actor *self, void *state, joist_term message)
{
	joist_term what;

	(void)message;
	if (joist_match(((struct state *)state)->args, "{info, What}", &what))
		do_wrong(what);
	joist_stop(joist_make(self, "normal"));
}

static void terminate(struct joist_actor *self, void *state, joist_term reason)
{
	joist_term what;

	(void)self, (void)reason;
	if (joist_match(((struct state *)state)->args, "{terminate, What}", &what))
		do_wrong(what);
}

static const struct joist_server server = {
	.state_size = sizeof(struct state), .init = init, .info = info, .terminate = terminate
};

/* ---- witnesses ---- */

/* Needs of libc and of the node what everybody does. */
static void witness(struct joist_actor *self, joist_term args)
{
	void *blocks[20];
	joist_term list = joist_nil();

	(void)args;
	for (size_t i = 0; i < 20; i++) {
		blocks[i] = malloc(i * i * 10 + 1);
		list = joist_cons(self, joist_int(self, (int64_t)i), list);
	}
	for (size_t i = 0; i < 20; i++)
		free(blocks[i]);
	joist_keep(self, list);
	printf("%s", "");
	fprintf(stderr, "%s", "");
	fflush(stdout);
	if (!joist_alloc(self, 1000))
		joist_exit(self, joist_make(self, "no_memory"));
}

/* ---- how long it takes ---- */

static void crash_timed(struct joist_actor *self, joist_term args)
{
	(void)args;
	atomic_store(&crashed_ns, joist_now_ns(self));
	stranger_wrongs[0].does();
}

static int compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print_times(struct joist_actor *self, const char *what, int64_t *times, int n)
{
	int middle = n / 2, late = n * 99 / 100;

	qsort(times, (size_t)n, sizeof(*times), compare_times);
	joist_print(self, "# %s: p50 %.1f us, p99 %.1f us, max %.1f us", what,
		    (double)times[middle] / 1e3, (double)times[late] / 1e3,
		    (double)times[n - 1] / 1e3);
}

#define TIMES 2000

static void measure_down(struct joist_actor *self, joist_term args)
{
	int64_t *times = joist_alloc(self, TIMES * sizeof(*times));

	(void)args;
	for (int i = 0; i < TIMES; i++) {
		joist_ref ref;
		joist_spawn_monitor(self, "crasher:crash_timed", joist_nil(), &ref);
		joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, _}", &ref);
		times[i] = joist_now_ns(self) - atomic_load(&crashed_ns);
		joist_receive_match(self, 0, "never");
	}
	print_times(self, "from a fault to its DOWN", times, TIMES);
}

/* A child that tells its measurer when it is there, and crashes when it is told. */
static void child_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	joist_send_to(self, "measurer", joist_make(self, "{up, Pid}", joist_self(self)));
	(void)args;
}

static void child_info(struct joist_actor *self, void *state, joist_term message)
{
	(void)state, (void)message;
	crash_timed(self, message);
}

static const struct joist_server child = { .state_size = 8,
					   .init = child_init,
					   .info = child_info };

static void measure_restart(struct joist_actor *self, joist_term args)
{
	int64_t *times = joist_alloc(self, TIMES * sizeof(*times));
	joist_pid pid;

	(void)args;
	joist_register(self, "measurer", joist_self(self));
	joist_trap_exit(self, true);
	joist_pid supervisor = joist_spawn_link(
		self, "supervisor:supervisor",
		joist_make(self, "#{strategy => one_for_one, intensity => 1000000, period_s => 1, "
				 "children => [#{id => c, start => <<\"crasher:child\">>}]}"));
	joist_receive_match(self, JOIST_INFINITY, "{up, Pid}", &pid);
	for (int i = 0; i < TIMES; i++) {
		joist_send(self, pid, joist_make(self, "crash"));
		joist_receive_match(self, JOIST_INFINITY, "{up, Pid}", &pid);
		times[i] = joist_now_ns(self) - atomic_load(&crashed_ns);
	}
	print_times(self, "from a fault to the restarted child's first message", times, TIMES);
	joist_exit_to(self, supervisor, joist_make(self, "shutdown"));
	joist_receive_match(self, JOIST_INFINITY, "{'EXIT', _, shutdown}");
}

JOIST_PLUGIN("crasher", "1.0", JOIST_ACTOR(crash), JOIST_ACTOR(crash_deferred),
	     JOIST_ACTOR(crash_after_wait), JOIST_ACTOR(crash_crowd), JOIST_ACTOR(crash_deep),
	     JOIST_ACTOR(crash_brim), JOIST_SERVER(server), JOIST_ACTOR(witness),
	     JOIST_ACTOR(crash_timed), JOIST_ACTOR(measure_down), JOIST_SERVER(child),
	     JOIST_ACTOR(measure_restart));
