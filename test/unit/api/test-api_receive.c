/* Receiving: in order, by pattern, answers to calls. */
#include <stdatomic.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/clock.h"
#include "vm/vm.h"

static void end_at_once(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

static void take_by_pattern(struct joist_actor *self, joist_term args)
{
	int64_t number;

	(void)args;
	for (int64_t i = 0; i < 10; i++)
		joist_send(self, joist_self(self), joist_make(self, "{I}", i));
	CHECK(joist_receive_match(self, 0, "{7}"));
	CHECK(!joist_receive_match(self, 0, "{7}"));
	CHECK(joist_receive_match(self, 0, "{9}")); /* the last one */
	joist_send(self, joist_self(self), joist_make(self, "{10}"));
	CHECK(joist_receive_match(self, 0, "{0}")); /* the first one */
	for (int64_t i = 1; i <= 10; i++) {
		if (i == 7 || i == 9)
			continue;
		CHECK(joist_match(joist_receive(self), "{Number}", &number));
		CHECK_INT(number, i);
	}
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

/* A pattern's holes are written only when it matches. */
static void leave_holes_alone(struct joist_actor *self, joist_term args)
{
	int64_t a = 1, b = 2;

	(void)args;
	joist_send(self, joist_self(self), joist_make(self, "{5, x}"));
	CHECK(!joist_receive_match(self, 0, "{A, B}", &a, &b));
	CHECK(a == 1 && b == 2);
	CHECK(joist_receive_match(self, 0, "{A, _}", &a));
	CHECK_INT(a, 5);
}

/* Terms of a turn live until the next receive, through waits of other kinds. */
static void keep_terms_in_a_turn(struct joist_actor *self, joist_term args)
{
	joist_pid peer;

	CHECK(joist_get_pid(args, &peer));
	for (int i = 0; i < 50; i++) {
		joist_term big = joist_make(self, "{<<\"a text\">>, [1.5, 2.5], I}", i);
		joist_send(self, joist_self(self), big);
		joist_term mine = joist_receive(self);
		joist_term built = joist_make(self, "{Mine, I}", mine, i);
		for (int n = 0; n < 3; n++) {
			joist_term reply;
			CHECK_INT(joist_call(self, peer, built, JOIST_INFINITY, &reply), JOIST_OK);
			CHECK(joist_equal(reply, built));
			CHECK(joist_match(mine, "{<<\"a text\">>, [1.5, 2.5], ^I}", &i));
		}
	}
	CHECK(joist_get_pid(args, &peer));
}

static void answer_all(struct joist_actor *self, joist_term args)
{
	joist_term from, request;

	(void)args;
	while (joist_match(joist_receive(self), "{'$gen_call', From, Request}", &from, &request))
		joist_reply(self, from, request);
}

static void keep_terms(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid peer = joist_spawn_link(self, "test:answer_all", joist_nil());
	CHECK_STR(stage_end_of(self, "keep_terms_in_a_turn", joist_pid_term(self, peer)), "normal");
	joist_send(self, peer, joist_nil());
}

enum { BACKLOG = 20000, SELECTIVE = 200 };

static int64_t reductions_of(struct joist_actor *self)
{
	joist_term info = joist_info(self, joist_self(self));
	int64_t reductions;

	CHECK(joist_match(info, "#{reductions := N}", &reductions));
	return reductions;
}

/* Waiting for what holds a fresh reference does not look at what came before it. */
static void skip_only(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	for (int i = 0; i < BACKLOG; i++)
		joist_send(self, joist_self(self), joist_nil());
	int64_t before = reductions_of(self);
	for (int i = 0; i < SELECTIVE; i++) {
		joist_spawn_monitor(self, "test:end_at_once", joist_nil(), &monitor);
		CHECK_STR(stage_down(self, monitor), "normal");
	}
	CHECK(reductions_of(self) - before < SELECTIVE * 100);
	before = reductions_of(self);
	CHECK(!joist_receive_match(self, 0, "{not, there}")); /* each look is charged */
	CHECK(reductions_of(self) - before >= BACKLOG);
	/* An older reference is looked for everywhere. */
	joist_ref old = joist_ref_new(self);
	joist_send(self, joist_self(self), joist_make(self, "{Old, old}", old));
	joist_ref new = joist_ref_new(self);
	joist_send(self, joist_self(self), joist_make(self, "{New, new}", new));
	CHECK(joist_receive_match(self, 0, "{^Old, old}", &old));
	CHECK(joist_receive_match(self, 0, "{^New, new}", &new));
	/* The mark moves with what is taken in front of it. */
	new = joist_ref_new(self);
	for (int i = 0; i < BACKLOG; i++)
		CHECK(!joist_is_none(joist_receive_timeout(self, 0)));
	joist_send(self, joist_self(self), joist_make(self, "{New, newest}", new));
	CHECK(joist_receive_match(self, 0, "{^New, newest}", &new));
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

/* ---- calls ---- */

static void exit_on_call(struct joist_actor *self, joist_term args)
{
	joist_term from, request;

	(void)args;
	CHECK(joist_match(joist_receive(self), "{'$gen_call', From, Request}", &from, &request));
	joist_exit(self, request);
}

static void calls_fail(struct joist_actor *self, joist_term args)
{
	joist_term reply;

	(void)args;
	joist_pid server = joist_spawn(self, "test:exit_on_call", joist_nil());
	CHECK_INT(joist_call(self, server, joist_make(self, "{bad, [1]}"), JOIST_INFINITY, &reply),
		  JOIST_DOWN);
	CHECK(joist_match(reply, "{bad, [1]}"));
	CHECK_INT(joist_call(self, "no_such_name", joist_nil(), JOIST_INFINITY, &reply),
		  JOIST_DOWN);
	CHECK(joist_is_atom(reply, "noproc"));
	CHECK_INT(joist_call(self, server, joist_nil(), JOIST_INFINITY, NULL), JOIST_DOWN);
	server = joist_spawn(self, "test:answer_all", joist_nil());
	joist_register(self, "answers", server);
	CHECK_INT(joist_call(self, "answers", joist_int(self, 5), JOIST_INFINITY, &reply),
		  JOIST_OK);
	CHECK(joist_match(reply, "5"));
	joist_term there = joist_make(self, "{answers, nonode@nohost}");
	CHECK_INT(joist_call(self, there, joist_int(self, 6), JOIST_INFINITY, &reply), JOIST_OK);
	CHECK(joist_match(reply, "6"));
	there = joist_make(self, "{answers, elsewhere@nohost}");
	CHECK_INT(joist_call(self, there, joist_int(self, 6), JOIST_INFINITY, &reply), JOIST_DOWN);
	joist_ref monitor = joist_monitor(self, server);
	joist_send(self, server, joist_nil());
	CHECK_STR(stage_down(self, monitor), "normal");
	CHECK(joist_is_none(joist_receive_timeout(self, 0))); /* no DOWN of an answered call */
}

static void hand_on(struct joist_actor *self, joist_term args)
{
	joist_pid server;
	joist_term reply;

	CHECK(joist_get_pid(args, &server));
	for (int64_t i = 0; i < 500; i++) {
		CHECK_INT(joist_call(self, server, joist_int(self, i), JOIST_INFINITY, &reply),
			  JOIST_OK);
		CHECK(joist_match(reply, "^I", &i));
	}
}

static void many_call(struct joist_actor *self, joist_term args)
{
	joist_ref monitors[20];

	(void)args;
	joist_pid server = joist_spawn(self, "test:answer_all", joist_nil());
	for (int i = 0; i < 20; i++)
		joist_spawn_monitor(self, "test:hand_on", joist_pid_term(self, server),
				    &monitors[i]);
	for (int i = 0; i < 20; i++)
		CHECK_STR(stage_down(self, monitors[i]), "normal");
	joist_send(self, server, joist_nil());
}

/* ---- slices of time ---- */

static atomic_int slow_turns;

static void be_slow(struct joist_actor *self, joist_term args)
{
	(void)args;
	while (!joist_is_atom(joist_receive(self), "stop")) {
		uint64_t until = clock_cycles() + 500 * clock_cycles_per_us();
		atomic_fetch_add(&slow_turns, 1);
		while (clock_cycles() < until)
			;
	}
}

static void has_its_share(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid pid = joist_spawn(self, "test:be_slow", joist_nil());
	for (int i = 0; i < 400; i++)
		joist_send(self, pid, joist_nil());
	joist_yield(self);
	CHECK(atomic_load(&slow_turns) < 100);
	joist_exit_to(self, pid, joist_make(self, "kill"));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(end_at_once),       STAGE_LOOP(take_by_pattern),
	STAGE_LOOP(leave_holes_alone), STAGE_LOOP(keep_terms_in_a_turn),
	STAGE_LOOP(answer_all),	       STAGE_LOOP(keep_terms),
	STAGE_LOOP(skip_only),	       STAGE_LOOP(exit_on_call),
	STAGE_LOOP(calls_fail),	       STAGE_LOOP(hand_on),
	STAGE_LOOP(many_call),	       STAGE_LOOP(be_slow),
	STAGE_LOOP(has_its_share),     { 0 },
};

TEST_LEAK_FREE(messages_are_taken_by_pattern)
{
	stage_run(exports, 1, "take_by_pattern");
	stage_run(exports, 1, "leave_holes_alone");
}

TEST_LEAK_FREE(a_turn_ends_with_the_next_message)
{
	stage_run(exports, 2, "keep_terms");
}

TEST_LEAK_FREE(a_fresh_reference_skips_what_is_older)
{
	stage_run(exports, 1, "skip_only");
}

TEST_LEAK_FREE(calls_tell_of_the_others_end)
{
	stage_run(exports, 2, "calls_fail");
}

TEST_LEAK_FREE(each_caller_gets_its_answer)
{
	stage_run(exports, 1, "many_call");
	stage_run(exports, 4, "many_call");
}

TEST_LEAK_FREE(a_slow_loop_does_not_keep_the_processor)
{
	stage_run(exports, 1, "has_its_share");
}
