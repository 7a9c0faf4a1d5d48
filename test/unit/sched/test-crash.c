/* What the log says of actors that end in error, and when. */
#include "vm/sched/crash.h"

#include <joist/log.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/vm.h"

static int file = -1;

/* All lines from now on, as JSON, but for what the monitor notices of time and of the kernel. */
static void listen_to_log(void)
{
	file = memfd_create("log", MFD_CLOEXEC);
	CHECK(file >= 0);
	log_to(file, true);
	log_level_set(LOG_LEVEL_WARNING);
}

static const char *logged(void)
{
	static char text[1 << 16];
	ssize_t size = pread(file, text, sizeof(text) - 1, 0);

	CHECK(size >= 0);
	text[size] = '\0';
	return text;
}

static int lines(void)
{
	int n = 0;

	for (const char *at = logged(); (at = strchr(at, '\n')); at++)
		n++;
	return n;
}

static void fail(struct joist_actor *self, joist_term args)
{
	joist_exit(self, args);
}

static joist_pid start_failing(struct joist_actor *self, const char *reason)
{
	joist_ref monitor;
	joist_term args = joist_atom_term(joist_atom_new(reason));
	joist_pid pid = joist_spawn_monitor(self, "test:fail", args, &monitor);

	stage_down(self, monitor);
	return pid;
}

/* ---- at once ---- */

static void nobody_asks(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	struct joist_spawn_options options = { .monitor = true, .name = "glass" };

	(void)args;
	joist_spawn_with(self, "test:fail", joist_make(self, "{broken, 1}"), &options, &monitor);
	stage_down(self, monitor);
	const char *text = logged();
	CHECK_INT(lines(), 1);
	CHECK(strstr(text, "\"level\":\"error\",\"event\":\"crash\""));
	CHECK(strstr(text, "\"name\":\"glass\",\"plugin\":\"test\",\"version\":\"1\",\"export\":"
			   "\"fail\",\"generation\":1,\"reason\":\"{broken,1}\",\"message_queue_len"
			   "\":0,\"links\":0}"));
}

static void orderly_ends_are_none(struct joist_actor *self, joist_term args)
{
	(void)args;
	start_failing(self, "normal");
	start_failing(self, "shutdown");
	stage_end_of(self, "fail", joist_make(self, "{shutdown, x}"));
	CHECK_INT(lines(), 0);
}

/* ---- after a word ---- */

static void waits_for_a_word(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_hold_crashes(self);
	joist_pid one = start_failing(self, "a"), other = start_failing(self, "b"),
		  third = start_failing(self, "c");
	joist_report_crash(self, joist_self(self), "started");
	CHECK_INT(lines(), 0);
	joist_report_crash(self, other, "started");
	CHECK_INT(lines(), 1);
	CHECK(strstr(logged(), "\"reason\":\"b\",\"message_queue_len\":0,\"links\":0,"
			       "\"restart\":\"started\"}"));
	joist_report_crash(self, other, "started");
	joist_report_crash(self, third, "gave_up");
	joist_report_crash(self, one, NULL);
	CHECK_INT(lines(), 4); /* with an alarm */
	CHECK(strstr(logged(), "crash_loop"));
	CHECK(strstr(logged(), "\"reason\":\"c\",\"message_queue_len\":0,\"links\":0,"
			       "\"restart\":\"gave_up\"}"));
	CHECK(strstr(logged(), "\"reason\":\"a\",\"message_queue_len\":0,\"links\":0}"));
}

static void pick_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	joist_exit(self, args);
}

static const struct joist_handler pick = { .start = pick_init };

static void a_failed_start_has_no_pid(struct joist_actor *self, joist_term args)
{
	joist_term reason;

	(void)args;
	joist_hold_crashes(self);
	joist_pid started = start_failing(self, "a");
	joist_pid pid = joist_start(self, "test:pick", joist_make(self, "no"), NULL, JOIST_INFINITY,
				    &reason);
	CHECK(joist_pid_is_none(pid));
	joist_report_crash(self, pid, "backoff 5 ms");
	CHECK_INT(lines(), 1);
	CHECK(strstr(logged(), "\"reason\":\"no\""));
	CHECK(strstr(logged(), "\"restart\":\"backoff 5 ms\"}"));
	joist_report_crash(self, pid, "started");
	CHECK_INT(lines(), 1);
	joist_report_crash(self, started, NULL);
	CHECK_INT(lines(), 2);
}

static void hold_and_end(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_hold_crashes(self);
	start_failing(self, "a");
	start_failing(self, "b");
	CHECK_INT(lines(), 0);
}

static void the_parents_end_is_a_word(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "hold_and_end", args), "normal");
	CHECK_INT(lines(), 2);
	CHECK(!strstr(logged(), "restart"));
}

static void fail_later(struct joist_actor *self, joist_term args)
{
	joist_receive(self);
	joist_exit(self, args);
}

static joist_pid orphan;

static void hold_and_leave_one(struct joist_actor *self, joist_term args)
{
	joist_hold_crashes(self);
	orphan = joist_spawn(self, "test:fail_later", args);
}

static void nobody_waits_for_the_dead(struct joist_actor *self, joist_term args)
{
	(void)args;
	stage_end_of(self, "hold_and_leave_one", joist_make(self, "late"));
	joist_ref monitor = joist_monitor(self, orphan);
	joist_send(self, orphan, joist_nil());
	CHECK_STR(stage_down(self, monitor), "late");
	CHECK_INT(lines(), 1);
}

static void crowd(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_hold_crashes(self);
	for (int i = 0; i < 1030; i++)
		start_failing(self, "a");
	CHECK_INT(lines(), 6);
}

static void fail_allocation(void *nth)
{
	heap_fail(*(const int *)nth, false);
}

static int allocation;

static void fail_without(struct joist_actor *self, joist_term args)
{
	joist_defer(self, fail_allocation, &allocation);
	joist_exit(self, args);
}

static void each_is_written_once_without_memory(struct joist_actor *self, joist_term args)
{
	int waited = 0;

	joist_hold_crashes(self);
	for (allocation = 1; allocation <= 3; allocation++) {
		joist_ref monitor;
		joist_pid pid = joist_spawn_monitor(self, "test:fail_without", args, &monitor);

		stage_down(self, monitor);
		heap_fail(0, false);
		waited += lines() < allocation;
		joist_report_crash(self, pid, "started");
		CHECK_INT(lines(), allocation);
	}
	CHECK_INT(waited, 2);
}

/* ---- too many ---- */

static void the_first_ones_are_written(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 1000; i++)
		start_failing(self, "a");
	/* A second may have gone by meanwhile, or two. */
	CHECK(lines() >= 10 && lines() <= 100);
	CHECK(strstr(logged(), "\"next\":\"counted\""));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(the_first_ones_are_written),
	STAGE_LOOP(fail),
	STAGE_LOOP(fail_without),
	STAGE_LOOP(each_is_written_once_without_memory),
	STAGE_LOOP(nobody_asks),
	STAGE_LOOP(orderly_ends_are_none),
	STAGE_LOOP(waits_for_a_word),
	STAGE_HANDLER(pick),
	STAGE_LOOP(a_failed_start_has_no_pid),
	STAGE_LOOP(hold_and_end),
	STAGE_LOOP(the_parents_end_is_a_word),
	STAGE_LOOP(fail_later),
	STAGE_LOOP(hold_and_leave_one),
	STAGE_LOOP(nobody_waits_for_the_dead),
	STAGE_LOOP(crowd),
	{ 0 },
};

#define CRASH_TEST(name)                                                                           \
	TEST_LEAK_FREE(name)                                                                       \
	{                                                                                          \
		listen_to_log();                                                                   \
		stage_run_with(exports,                                                            \
			       &(struct vm_options){ .schedulers = 1,                              \
						     .crash_reports_per_s = 2000 },                \
			       #name);                                                             \
	}

CRASH_TEST(nobody_asks)
CRASH_TEST(orderly_ends_are_none)
CRASH_TEST(waits_for_a_word)
CRASH_TEST(a_failed_start_has_no_pid)
CRASH_TEST(the_parents_end_is_a_word)
CRASH_TEST(nobody_waits_for_the_dead)
CRASH_TEST(crowd)
CRASH_TEST(each_is_written_once_without_memory)

TEST_LEAK_FREE(the_first_ones_are_written)
{
	listen_to_log();
	stage_run(exports, 1, "the_first_ones_are_written");
}
