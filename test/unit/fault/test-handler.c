/* Crashes of an actor's code: each is the end of that actor, and of nothing else. */
#include "vm/fault/handler.h"

#include <joist/timer.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

/* Does what the compiler's checks would find. */
#define CRASHES __attribute__((no_sanitize("undefined")))

static volatile int zero;
static int *volatile nowhere;

static CRASHES void reads_null(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	zero = *nowhere;
}

static CRASHES void writes_constant(struct joist_actor *self, joist_term args)
{
	char *volatile page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)self, (void)args;
	page[0] = 'C';
}

static CRASHES void jumps_nowhere(struct joist_actor *self, joist_term args)
{
	void (*volatile f)(void) = NULL;

	(void)self, (void)args;
	f();
}

static CRASHES void divides_by_zero(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
#if defined(__x86_64__)
	zero = 7 / zero;
#else
	raise(SIGFPE); /* where a division by zero is 0 */
#endif
}

static CRASHES void is_illegal(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	__builtin_trap();
}

/* Reads behind the end of a file. */
static CRASHES void breaks_the_bus(struct joist_actor *self, joist_term args)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);
	int *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	(void)self, (void)args;
	close(fd);
	zero = *(volatile int *)map;
}

static __attribute__((noinline)) int deeper(volatile char *above)
{
	volatile char frame[1000] = { 0 };

	return above[0] ? 0 : deeper(frame) + frame[0];
}

static void overflows(struct joist_actor *self, joist_term args)
{
	volatile char first = 0;

	(void)self, (void)args;
	zero = deeper(&first);
}

static void raises(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	raise(SIGABRT);
}

static void each_kind_ends_its_actor(struct joist_actor *self, joist_term args)
{
	static const char *const kinds[][2] = {
		{ "reads_null", "{fault,sigsegv," },	{ "writes_constant", "{fault,sigsegv," },
		{ "jumps_nowhere", "{fault,sigsegv," }, { "divides_by_zero", "{fault,sigfpe," },
		{ "is_illegal", "{fault,sigill," },	{ "breaks_the_bus", "{fault,sigbus," },
		{ "raises", "{fault,sigabrt," },	{ "overflows", "{fault,stack_overflow," },
	};

	(void)args;
	for (size_t i = 0; i < 10 * sizeof(kinds) / sizeof(*kinds); i++) {
		const char *const *kind = kinds[i % (sizeof(kinds) / sizeof(*kinds))];
		const char *reason = stage_end_of(self, kind[0], joist_nil());

		if (strncmp(reason, kind[1], strlen(kind[1])))
			test_fail(__FILE__, __LINE__, "%s ended with %s", kind[0], reason);
	}
}

/* ---- in every place ---- */

static char story[32];

static void tell(void *letter)
{
	size_t n = strlen(story);

	CHECK(n + 1 < sizeof(story));
	story[n] = *(const char *)letter;
}

static CRASHES void crash(void *unused)
{
	(void)unused;
	zero = *nowhere;
}

static void sleep_long(void *actor)
{
	tell("s");
	joist_sleep(actor, INT64_C(3600) * 1000);
	tell("?");
}

static void crashes_with_deferred(struct joist_actor *self, joist_term args)
{
	joist_defer(self, tell, "a");
	joist_defer(self, crash, NULL);
	joist_defer(self, tell, "b");
	if (joist_is_atom(args, "sleep")) {
		joist_defer(self, sleep_long, self);
		joist_defer(self, tell, "c");
	}
	if (joist_is_atom(args, "signal")) {
		joist_exit_to(self, joist_self(self), joist_make(self, "kill"));
		joist_receive(self);
	}
	if (!joist_is_atom(args, "return"))
		crash(NULL);
}

static void ends_as(struct joist_actor *self, const char *name, const char *arg, const char *reason,
		    const char *expected)
{
	memset(story, 0, sizeof(story));
	const char *actual = stage_end_of(self, name, joist_atom_term(joist_atom_new(arg)));
	if (strncmp(actual, reason, strlen(reason)))
		test_fail(__FILE__, __LINE__, "%s with %s ended with %s", name, arg, actual);
	CHECK_STR(story, expected);
}

static void deferred_calls_run_after_a_fault(struct joist_actor *self, joist_term args)
{
	(void)args;
	ends_as(self, "crashes_with_deferred", "crash", "{fault,sigsegv,", "ba");
	ends_as(self, "crashes_with_deferred", "return", "{fault,sigsegv,", "ba");
	ends_as(self, "crashes_with_deferred", "signal", "killed", "ba");
}

static void but_not_for_long(struct joist_actor *self, joist_term args)
{
	(void)args;
	ends_as(self, "crashes_with_deferred", "sleep", "{fault,sigsegv,", "csba");
}

/* ---- after the code of a dead actor has come back ---- */

static atomic_int spinning, told;

static void note_told(void *unused)
{
	(void)unused;
	atomic_fetch_add(&told, 1);
}

static void spins_with_deferred(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_defer(self, note_told, NULL);
	joist_defer(self, crash, NULL);
	atomic_store(&spinning, 1);
	while (atomic_load(&spinning))
		;
	joist_yield(self);
}

static void waits(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_receive(self);
}

/* Its pid's place is given to one other, once. */
static void an_abandoned_actor_crashes(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	joist_pid pid = joist_spawn_monitor(self, "test:spins_with_deferred", args, &monitor);
	joist_pid later[3];

	while (!atomic_load(&spinning))
		joist_yield(self);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, monitor), "killed");
	atomic_store(&spinning, 0);
	while (!atomic_load(&told))
		joist_yield(self);
	joist_sleep(self, 1);
	for (size_t i = 0; i < 3; i++)
		later[i] = joist_spawn_link(self, "test:waits", joist_nil());
	for (size_t i = 0; i < 3; i++)
		CHECK(joist_is_alive(self, later[i]));
}

static size_t no_state(const void *data)
{
	(void)data;
	return 8;
}

static void handler_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	joist_defer(self, tell, "d");
	if (joist_is_atom(args, "start"))
		crash(NULL);
	joist_send(self, joist_self(self), joist_keep(self, args));
}

static void handler_message(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	tell("m");
	if (joist_is_atom(message, "wait")) {
		joist_receive_match(self, 1, "never");
		crash(NULL);
	}
	if (joist_is_atom(message, "message"))
		crash(NULL);
	joist_exit(self, joist_make(self, "done"));
}

static void handler_stop(struct joist_actor *self, void *state, joist_term reason)
{
	(void)self, (void)state, (void)reason;
	tell("t");
	crash(NULL);
}

static const struct joist_handler handler = {
	.size = sizeof(handler),
	.state_size = no_state,
	.start = handler_start,
	.message = handler_message,
	.stop = handler_stop,
};

static void handlers_crash_anywhere(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 20; i++) {
		ends_as(self, "handler", "start", "{fault,sigsegv,", "d");
		ends_as(self, "handler", "message", "{fault,sigsegv,", "md");
		ends_as(self, "handler", "wait", "{fault,sigsegv,", "md");
		ends_as(self, "handler", "stop", "{fault,sigsegv,", "mtd");
	}
}

static void calls_with_nothing(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_send(self, joist_self(self), (joist_term){ 0x18 });
}

static void calls_with_wild_text(struct joist_actor *self, joist_term args)
{
	if (joist_is_atom(args, "atom"))
		joist_atom_new((const char *)8);
	joist_binary(self, (struct joist_bytes){ (const unsigned char *)8, 100 });
}

static void bad_pointers_given_to_joist(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 20; i++) {
		ends_as(self, "calls_with_nothing", "x", "{fault,sigsegv,", "");
		ends_as(self, "calls_with_wild_text", "x", "{fault,sigsegv,", "");
		ends_as(self, "calls_with_wild_text", "atom", "{fault,sigsegv,", "");
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(reads_null),
	STAGE_LOOP(writes_constant),
	STAGE_LOOP(jumps_nowhere),
	STAGE_LOOP(divides_by_zero),
	STAGE_LOOP(is_illegal),
	STAGE_LOOP(breaks_the_bus),
	STAGE_LOOP(overflows),
	STAGE_LOOP(raises),
	STAGE_LOOP(each_kind_ends_its_actor),
	STAGE_LOOP(crashes_with_deferred),
	STAGE_LOOP(deferred_calls_run_after_a_fault),
	STAGE_LOOP(but_not_for_long),
	STAGE_LOOP(spins_with_deferred),
	STAGE_LOOP(waits),
	STAGE_LOOP(an_abandoned_actor_crashes),
	STAGE_HANDLER(handler),
	STAGE_LOOP(handlers_crash_anywhere),
	STAGE_LOOP(calls_with_nothing),
	STAGE_LOOP(calls_with_wild_text),
	STAGE_LOOP(bad_pointers_given_to_joist),
	{ 0 },
};

TEST_LEAK_FREE(each_kind_ends_its_actor)
{
	stage_run(exports, 2, "each_kind_ends_its_actor");
}

TEST_LEAK_FREE(deferred_calls_run_after_a_fault)
{
	stage_run(exports, 1, "deferred_calls_run_after_a_fault");
}

TEST(but_not_for_long)
{
	stage_run_with(exports, &(struct vm_options){ .schedulers = 1, .virtual_clock = true },
		       "but_not_for_long");
}

TEST_LEAK_FREE(an_abandoned_actor_crashes)
{
	stage_run(exports, 1, "an_abandoned_actor_crashes");
}

TEST_LEAK_FREE(handlers_crash_anywhere)
{
	stage_run(exports, 1, "handlers_crash_anywhere");
}

TEST_LEAK_FREE(bad_pointers_given_to_joist)
{
	stage_run(exports, 2, "bad_pointers_given_to_joist");
}
