/* Waiting in mid-turn: what ends it, and what it holds meanwhile. */
#include "vm/sched/park.h"

#include <joist/io.h>
#include <joist/timer.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/heap.h"
#include "vm/vm.h"

static int covered; /* deferred calls that have been made */
static int never_ready[2]; /* a pipe that nobody writes to */

static void uncover(void *unused)
{
	(void)unused;
	covered++;
}

/* Waits in the way that `args` says, for good. */
static void wait_somehow(struct joist_actor *self, joist_term args)
{
	joist_term reply;
	joist_pid silent;

	joist_defer(self, uncover, NULL);
	joist_alloc(self, 1000);
	joist_keep(self, joist_make(self, "{kept, [1.5]}"));
	joist_parcel(self);
	joist_make(self, "{in, parcel}");
	if (joist_is_atom(args, "receive"))
		joist_receive(self);
	if (joist_is_atom(args, "receive_match"))
		joist_receive_match(self, 1000000, "never");
	if (joist_match(args, "{call, Silent}", &silent))
		joist_call(self, silent, args, 1000000, &reply);
	if (joist_match(args, "{start, _}"))
		joist_start(self, "test:start_never", joist_nil(), NULL, 1000000, NULL);
	if (joist_is_atom(args, "sleep"))
		joist_sleep(self, JOIST_INFINITY);
	if (joist_is_atom(args, "sleep_long"))
		joist_sleep(self, 1000000);
	if (joist_is_atom(args, "read"))
		joist_wait_fd(self, never_ready[0], false, JOIST_INFINITY);
	joist_exit(self, joist_make(self, "went_on"));
}

/* A handler that never gets over its first turn. */
static void start_waiting(struct joist_actor *self, void *state, joist_term args)
{
	(void)state, (void)args;
	joist_sleep(self, JOIST_INFINITY);
}

static void ignore(struct joist_actor *self, void *state, joist_term message)
{
	(void)self, (void)state, (void)message;
}

static const struct joist_handler start_never = {
	.size = sizeof(struct joist_handler),
	.start = start_waiting,
	.message = ignore,
};

static void keep_silent(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_receive_match(self, JOIST_INFINITY, "stop");
}

static joist_term ways(struct joist_actor *self)
{
	joist_pid silent = joist_spawn_link(self, "test:keep_silent", joist_nil());

	return joist_make(self,
			  "[receive, receive_match, sleep, sleep_long, read, {start, now},"
			  " {call, Silent}]",
			  silent);
}

static void ends_everywhere(struct joist_actor *self, const char *reason, const char *expected)
{
	joist_term list = ways(self), way;

	while (joist_list_next(&list, &way)) {
		joist_ref monitor;
		joist_pid pid = joist_spawn_monitor(self, "test:wait_somehow", way, &monitor);
		stage_let_wait(self, pid);
		if (!joist_is_atom(way, "receive")) {
			joist_send(self, pid, joist_make(self, "{what, it, [does, not]}"));
			stage_let_wait(self, pid);
		}
		covered = 0;
		joist_exit_to(self, pid, joist_parse(self, reason, NULL));
		CHECK_STR(stage_down(self, monitor), expected);
		CHECK_INT(covered, 1);
	}
}

static void end_everywhere(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_INT(pipe(never_ready), 0);
	ends_everywhere(self, "kill", "killed");
	ends_everywhere(self, "{some, reason}", "{some,reason}");
	close(never_ready[0]);
	close(never_ready[1]);
}

/* ---- time-outs ---- */

static void answer_late(struct joist_actor *self, joist_term args)
{
	joist_term from;

	(void)args;
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'$gen_call', From, _}", &from));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "now"));
	joist_reply(self, from, joist_make(self, "late"));
}

static void late_answers_are_dropped(struct joist_actor *self, joist_term args)
{
	joist_term reply;
	joist_ref monitor;

	(void)args;
	joist_pid server = joist_spawn_monitor(self, "test:answer_late", joist_nil(), &monitor);
	CHECK_INT(joist_call(self, server, joist_nil(), 0, &reply), JOIST_TIMEOUT);
	CHECK_INT(joist_call(self, server, joist_nil(), 1, &reply), JOIST_TIMEOUT);
	joist_send(self, server, joist_make(self, "now"));
	CHECK_STR(stage_down(self, monitor), "normal"); /* and no answer that it ended */
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

static void no_time_is_no_wait(struct joist_actor *self, joist_term args)
{
	int64_t number;

	(void)args;
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
	CHECK(!joist_receive_match(self, 0, "Number", &number));
	joist_send(self, joist_self(self), joist_int(self, 5));
	CHECK(joist_receive_match(self, 0, "Number", &number));
	joist_send(self, joist_self(self), joist_nil());
	CHECK(!joist_receive_match(self, 1, "Number", &number));
	CHECK(!joist_is_none(joist_receive_timeout(self, 0)));
	CHECK(joist_is_none(joist_receive_timeout(self, 1)));
	joist_sleep(self, 0);
}

/* Messages do not end a wait that is not for them, nor its time. */
static void wait_through_messages(struct joist_actor *self, joist_term args)
{
	int64_t start = joist_now_ns(self);

	(void)args;
	joist_ref timer = joist_send_interval(self, 1, joist_self(self), joist_nil());
	joist_sleep(self, 50);
	CHECK(joist_now_ns(self) - start >= 50 * 1000000);
	CHECK(!joist_receive_match(self, 50, "never"));
	CHECK(joist_now_ns(self) - start >= 100 * 1000000);
	joist_pid silent = joist_spawn(self, "test:keep_silent", joist_nil());
	CHECK_INT(joist_call(self, silent, joist_nil(), 20, NULL), JOIST_TIMEOUT);
	joist_send(self, silent, joist_make(self, "stop"));
	CHECK(joist_now_ns(self) - start >= 120 * 1000000);
	joist_cancel(self, timer);
}

/* ---- yields ---- */

static int64_t turns; /* of the other */

static void count_turns(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;) {
		turns++;
		joist_yield(self);
	}
}

static void spend_reductions(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid other = joist_spawn(self, "test:count_turns", joist_nil());
	joist_pid sink = joist_spawn(self, "test:keep_silent", joist_nil());
	joist_yield(self);
	turns = 0;
	for (int i = 0; i < 40; i++)
		joist_bump(self, 1000);
	CHECK(turns >= 5 && turns <= 40);
	turns = 0;
	for (int i = 0; i < 20000; i++)
		joist_send(self, other, joist_nil());
	CHECK(turns >= 200 && turns <= 1000); /* it takes nothing: who sends gives way often */
	joist_exit_to(self, other, joist_make(self, "kill"));
	other = joist_spawn(self, "test:count_turns", joist_nil());
	joist_yield(self);
	turns = 0;
	for (int i = 0; i < 20000; i++)
		joist_receive_timeout(self, 0);
	CHECK(turns >= 3);
	turns = 0;
	for (int i = 0; i < 20000; i++)
		joist_self(self), joist_make(self, "{I}", i), joist_trap_exit(self, false);
	CHECK_INT(turns, 0); /* none of them switches */
	joist_yield_off(self);
	for (int i = 0; i < 20; i++)
		joist_bump(self, 4000);
	CHECK_INT(turns, 0);
	joist_yield_on(self);
	joist_bump(self, 1);
	CHECK(turns > 0);
	joist_exit_to(self, other, joist_make(self, "kill"));
	joist_exit_to(self, sink, joist_make(self, "kill"));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(wait_somehow),
	STAGE_HANDLER(start_never),
	STAGE_LOOP(keep_silent),
	STAGE_LOOP(end_everywhere),
	STAGE_LOOP(answer_late),
	STAGE_LOOP(late_answers_are_dropped),
	STAGE_LOOP(no_time_is_no_wait),
	STAGE_LOOP(wait_through_messages),
	STAGE_LOOP(count_turns),
	STAGE_LOOP(spend_reductions),
	{ 0 },
};

TEST_LEAK_FREE(an_exit_ends_every_wait)
{
	stage_run(exports, 1, "end_everywhere");
	stage_run(exports, 2, "end_everywhere");
}

TEST_LEAK_FREE(an_answer_after_its_time_is_dropped)
{
	stage_run(exports, 1, "late_answers_are_dropped");
	stage_run(exports, 2, "late_answers_are_dropped");
}

TEST_LEAK_FREE(a_wait_of_no_time_looks_once)
{
	stage_run(exports, 1, "no_time_is_no_wait");
}

TEST_LEAK_FREE(messages_do_not_end_other_waits)
{
	stage_run(exports, 1, "wait_through_messages");
}

TEST_LEAK_FREE(who_has_spent_its_slice_gives_way)
{
	/* By reductions alone: with a virtual clock nobody looks how long it takes. */
	stage_run_with(exports, &(struct vm_options){ .schedulers = 1, .virtual_clock = true },
		       "spend_reductions");
}
