/* What a node does at its limits: the alarm before it, the exit, and what others notice. */
#include "vm/sched/alarms.h"

#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <joist/io.h>
#include <joist/log.h>
#include <joist/timer.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/sched/sched.h"
#include "vm/vm.h"

/* The next alarm has that name. */
static void expect_alarm(struct joist_actor *self, const char *name)
{
	struct joist_bytes text;
	joist_atom is;

	CHECK(joist_receive_match(self, JOIST_INFINITY, "{alarm, Name, Text}", &is, &text));
	CHECK_STR(joist_atom_name(is).data, name);
	CHECK(text.size > 10);
}

static void expect_cleared(struct joist_actor *self, const char *name)
{
	joist_atom is;

	CHECK(joist_receive_match(self, JOIST_INFINITY, "{alarm_cleared, Name, _}", &is));
	CHECK_STR(joist_atom_name(is).data, name);
}

static joist_pid spawn(struct joist_actor *self, const char *name,
		       struct joist_spawn_options options, joist_ref *ret_monitor)
{
	options.monitor = true;
	return joist_spawn_with(self, name, joist_nil(), &options, ret_monitor);
}

/* ---- memory ---- */

static void hoards(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		joist_alloc(self, 1000);
}

/* In one turn, of terms. */
static void builds(struct joist_actor *self, joist_term args)
{
	joist_term list = joist_nil();

	(void)args;
	for (;;)
		list = joist_cons(self, joist_nil(), list);
}

static void waits(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		joist_receive(self);
}

static void hears_of_memory(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options options = { .memory_bytes_max = 65536 };
	static const char *const names[] = { "test:hoards", "test:builds" };
	joist_ref monitor;

	(void)args;
	CHECK(!joist_alarms(self, true));
	CHECK(joist_alarms(self, true));
	for (int i = 0; i < 2; i++) {
		spawn(self, names[i], options, &monitor);
		expect_alarm(self, "memory_high");
		CHECK_STR(stage_down(self, monitor), "{limit,memory}");
		expect_cleared(self, "memory_high");
	}
	CHECK(joist_alarms(self, false));
	spawn(self, "test:hoards", options, &monitor);
	CHECK_STR(stage_down(self, monitor), "{limit,memory}");
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

/* ---- mailboxes ---- */

static void sleeps_long(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_sleep(self, JOIST_INFINITY);
}

static void hears_of_mailboxes(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_messages_max = 3,
					       .mailbox_policy = "exit" };
	joist_ref monitor;
	joist_pid pid;

	(void)args;
	joist_alarms(self, true);
	pid = spawn(self, "test:sleeps_long", options, &monitor);
	for (int i = 0; i < 4; i++)
		joist_send(self, pid, joist_nil());
	expect_alarm(self, "mailbox_full");
	CHECK_STR(stage_down(self, monitor), "{limit,mailbox}");
}

/* The node gets another limit, which is for those that start from then on. */
static void limits_who_comes(struct joist_actor *self, joist_term args)
{
	const struct vm_limits limits = { .mailbox = { .messages = 1, .policy = "exit" } };
	joist_ref before, after;
	joist_pid old = spawn(self, "test:sleeps_long", (struct joist_spawn_options){ 0 }, &before);

	(void)args;
	vm_limit(joist_vm_of(self), &limits);
	joist_pid new = spawn(self, "test:sleeps_long", (struct joist_spawn_options){ 0 }, &after);
	for (int i = 0; i < 2; i++) {
		joist_send(self, old, joist_nil());
		joist_send(self, new, joist_nil());
	}
	CHECK_STR(stage_down(self, after), "{limit,mailbox}");
	joist_exit_to(self, old, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, before), "killed");
}

/* Takes what it has when it is told to. */
static void takes_all(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_receive_match(self, JOIST_INFINITY, "go");
	while (!joist_is_none(joist_receive_timeout(self, 0)))
		;
}

static void hears_of_room(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_messages_max = 3,
					       .mailbox_policy = "drop_new" };
	joist_ref monitor;
	joist_pid pid;

	(void)args;
	joist_alarms(self, true);
	pid = spawn(self, "test:takes_all", options, &monitor);
	joist_send(self, pid, joist_nil());
	joist_send(self, pid, joist_nil());
	joist_send(self, pid, joist_make(self, "go"));
	joist_send(self, pid, joist_nil());
	expect_alarm(self, "mailbox_full");
	expect_cleared(self, "mailbox_full");
	CHECK_STR(stage_down(self, monitor), "normal");
}

/* One whose own mailbox is full hears no more, and harms nobody. */
static void is_full_itself(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_messages_max = 1 };
	joist_ref monitor;
	joist_pid pid;

	(void)args;
	joist_alarms(self, true);
	pid = spawn(self, "test:subscribes", options, &monitor);
	CHECK(joist_receive_match(self, JOIST_INFINITY, "ready"));
	CHECK(joist_try_send(self, pid, joist_nil()));
	CHECK(!joist_try_send(self, pid, joist_nil()));
	expect_alarm(self, "mailbox_full");
	joist_exit_to(self, pid, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, monitor), "killed");
}

static void subscribes(struct joist_actor *self, joist_term args)
{
	joist_alarms(self, true);
	joist_send(self, joist_parent(self), joist_make(self, "ready"));
	sleeps_long(self, args);
}

/* ---- descriptors ---- */

static void opens(struct joist_actor *self, joist_term args)
{
	int fds[20], port;

	(void)args;
	for (int i = 0; i < 20; i++) {
		fds[i] = joist_open(self, "/dev/null", O_RDONLY, 0);
		CHECK(fds[i] >= 0);
	}
	CHECK_INT(joist_open(self, "/dev/null", O_RDONLY, 0), -EMFILE);
	CHECK_INT(joist_listen(self, "127.0.0.1:0"), -EMFILE);
	CHECK_INT(joist_udp(self, "127.0.0.1:0"), -EMFILE);
	CHECK_INT(joist_connect(self, "127.0.0.1:1", 0), -EMFILE);
	CHECK_INT(joist_accept(self, fds[0], 0), -EMFILE);
	CHECK_INT(joist_close(self, fds[0]), 0);
	port = joist_listen(self, "127.0.0.1:0");
	CHECK(port >= 0);
	joist_own(self, dup(port)); /* what is there already is taken, so that it is closed */
}

static void hears_of_descriptors(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options options = { .descriptors_max = 20 };
	joist_ref monitor;

	(void)args;
	joist_alarms(self, true);
	spawn(self, "test:opens", options, &monitor);
	expect_alarm(self, "descriptors_high");
	CHECK_STR(stage_down(self, monitor), "normal");
	expect_cleared(self, "descriptors_high");
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

/* ---- threads and stacks ---- */

static atomic_bool held, spins;

static void spins_while_held(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	atomic_store(&spins, true);
	while (atomic_load(&held))
		;
}

static void hears_of_an_abandoned_thread(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	joist_pid pid;

	(void)args;
	joist_alarms(self, true);
	atomic_store(&held, true);
	pid = spawn(self, "test:spins_while_held", (struct joist_spawn_options){ 0 }, &monitor);
	while (!atomic_load(&spins))
		joist_yield(self);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	expect_alarm(self, "thread_abandoned");
	CHECK_STR(stage_down(self, monitor), "killed");
	atomic_store(&held, false);
	expect_cleared(self, "thread_abandoned");
}

static int pipe_fds[2];

static void blocks(struct joist_actor *self, joist_term args)
{
	char byte;

	(void)self, (void)args;
	CHECK_INT(read(pipe_fds[0], &byte, 1), 1);
}

static void hears_of_threads(struct joist_actor *self, joist_term args)
{
	joist_ref monitors[40];

	(void)args;
	joist_alarms(self, true);
	for (int i = 0; i < 40; i++)
		joist_spawn_monitor(self, "test:blocks", joist_nil(), &monitors[i]);
	expect_alarm(self, "threads_high");
	expect_alarm(self, "threads_full");
	CHECK_INT(write(pipe_fds[1], "0123456789012345678901234567890123456789", 40), 40);
	for (int i = 0; i < 40; i++)
		CHECK_STR(stage_down(self, monitors[i]), "normal");
}

static void hears_of_stacks(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	bool full = false;

	(void)args;
	joist_alarms(self, true);
	while (!full) {
		spawn(self, "test:waits", (struct joist_spawn_options){ .link = true }, &monitor);
		joist_yield(self);
		full = joist_receive_match(self, 0, "{'DOWN', ^M, process, _, system_limit}",
					   &monitor);
		joist_trap_exit(self, true);
	}
	expect_alarm(self, "stacks_high");
	expect_alarm(self, "stacks_full");
}

/* ---- supervisors ---- */

static void gives_up(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_alarms(self, true);
	joist_report_crash(self, joist_self(self), "gave_up");
	expect_alarm(self, "crash_loop");
}

static void are_too_many(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	for (int i = 0; i < ALARMS_HEARERS_MAX; i++) {
		spawn(self, "test:subscribes", (struct joist_spawn_options){ 0 }, &monitor);
		CHECK(joist_receive_match(self, JOIST_INFINITY, "ready"));
	}
	spawn(self, "test:subscribes", (struct joist_spawn_options){ 0 }, &monitor);
	CHECK_STR(stage_down(self, monitor), "system_limit");
}

/* ---- the kernel ---- */

/* Computes for longer than any slice. */
static void computes(struct joist_actor *self, joist_term args)
{
	int64_t until = clock_now_ns() + 5 * CLOCK_NS_PER_MS;

	(void)self, (void)args;
	while (clock_now_ns() < until)
		;
}

static const struct stage_export exports[] = { STAGE_LOOP(hoards),
					       STAGE_LOOP(builds),
					       STAGE_LOOP(waits),
					       STAGE_LOOP(hears_of_memory),
					       STAGE_LOOP(sleeps_long),
					       STAGE_LOOP(hears_of_mailboxes),
					       STAGE_LOOP(limits_who_comes),
					       STAGE_LOOP(takes_all),
					       STAGE_LOOP(spins_while_held),
					       STAGE_LOOP(hears_of_an_abandoned_thread),
					       STAGE_LOOP(hears_of_room),
					       STAGE_LOOP(is_full_itself),
					       STAGE_LOOP(subscribes),
					       STAGE_LOOP(blocks),
					       STAGE_LOOP(hears_of_threads),
					       STAGE_LOOP(hears_of_stacks),
					       STAGE_LOOP(gives_up),
					       STAGE_LOOP(are_too_many),
					       STAGE_LOOP(opens),
					       STAGE_LOOP(hears_of_descriptors),
					       STAGE_LOOP(computes),
					       { 0 } };

TEST_LEAK_FREE(an_alarm_comes_before_the_limit_of_memory)
{
	stage_run(exports, 1, "hears_of_memory");
}

TEST(an_alarm_tells_of_a_full_mailbox) /* gates stay */
{
	stage_run(exports, 1, "hears_of_mailboxes");
	stage_run(exports, 1, "hears_of_room");
	stage_run(exports, 1, "is_full_itself");
	stage_run(exports, 1, "limits_who_comes");
}

TEST_LEAK_FREE(an_alarm_comes_before_the_last_descriptor)
{
	const struct vm_options options = { .schedulers = 1, .limits.descriptors = 20 };
	static const struct stage_export alone[] = { STAGE_LOOP(opens), { 0 } };

	stage_run(exports, 1, "hears_of_descriptors");
	stage_run_with(alone, &options, "opens");
}

TEST_LEAK_FREE(an_alarm_comes_before_the_last_thread)
{
	const struct vm_options options = { .schedulers = 1, .threads_max = 10 };

	CHECK_INT(pipe(pipe_fds), 0);
	stage_run_with(exports, &options, "hears_of_threads");
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

TEST_LEAK_FREE(an_alarm_tells_of_a_thread_that_may_never_come_back)
{
	stage_run(exports, 1, "hears_of_an_abandoned_thread");
}

TEST(an_alarm_comes_before_the_last_stack)
{
	const struct vm_options options = { .schedulers = 1, .stacks_max = 200 };

	stage_run_with(exports, &options, "hears_of_stacks");
}

TEST_LEAK_FREE(an_alarm_tells_of_a_supervisor_that_gives_up)
{
	stage_run(exports, 1, "gives_up");
	stage_run(exports, 1, "are_too_many");
}

TEST(an_alarm_tells_of_a_kernel_that_lets_no_turn_be_handed_over)
{
	char log[4096] = "";
	int file = memfd_create("log", MFD_CLOEXEC);

	test_forbid(SYS_membarrier); /* as on a kernel that has none */
	log_to(file, false);
	stage_run(exports, 2, "computes");
	CHECK(pread(file, log, sizeof(log) - 1, 0) > 0);
	CHECK(strstr(log, "alarm: no_hand_over: this kernel lacks membarrier"));
	CHECK(!strstr(log, "stall"));
}
