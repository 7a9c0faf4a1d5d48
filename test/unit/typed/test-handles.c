/* Handles: who may use them, and that each is freed once. */
#include "vm/typed/handles.h"

#include <signal.h>
#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "test/unit/typed/library.h"

#define NONE ((joist_term){ 0 })
#define CALL(self, name, first, rest, outcome)                                                     \
	CHECK_STR(library_call(self, name, first, rest), outcome)

static joist_term make(struct joist_actor *self, const char *number)
{
	joist_term box = library_call_term(self, "box_make", NONE, number);

	CHECK(joist_type(box) == JOIST_REFERENCE);
	return box;
}

/* Whether the call was refused for that. */
static void refused(struct joist_actor *self, const char *name, joist_term handle,
		    const char *reason)
{
	joist_term outcome = library_call_term(self, name, handle, "[]"), got, said;
	int64_t argument;

	CHECK(joist_match(
		outcome,
		"{error, {badarg, #{argument := N, expected := box, got := Got, reason := "
		"Reason}}}",
		&argument, &got, &said));
	CHECK(argument == 1 && joist_equal(got, handle));
	CHECK_STR(joist_format(self, said), reason);
}

static void use(struct joist_actor *self, joist_term args)
{
	joist_term one = make(self, "[1]"), two = make(self, "[2]"), lid;

	(void)args;
	CALL(self, "box_number", one, "[]", "1");
	CALL(self, "box_number", two, "[]", "2");
	CALL(self, "box_number", NONE, "[null]", "-1");
	CALL(self, "box_make", NONE, "[-1]", "null");
	CALL(self, "box_close", two, "[]", "ok");
	CHECK_STR(library_freed(), "2");
	refused(self, "box_number", two, "not_open");
	refused(self, "box_close", two, "not_open");
	CALL(self, "box_free", one, "[]", "ok");
	refused(self, "box_free", one, "not_open");
	CHECK_STR(library_freed(), "1");
	lid = library_call_term(self, "lid_of", NONE, "[5]");
	refused(self, "box_number", lid, "wrong_type");
	refused(self, "box_number", joist_ref_term(self, joist_ref_new(self)), "not_open");
	CALL(self, "box_number", NONE, "[box]",
	     "{error,{badarg,#{argument => 1,expected => box,got => box}}}");
	CALL(self, "box_close", NONE, "[null]",
	     "{error,{badarg,#{argument => 1,expected => box,got => null}}}");
}

static void fail_to_close(struct joist_actor *self, joist_term args)
{
	joist_term box = make(self, "[13]");

	(void)args;
	CALL(self, "box_close", box, "[]", "{error,1}");
	CALL(self, "box_number", box, "[]", "14");
	CALL(self, "box_close", box, "[]", "ok");
	CHECK_STR(library_freed(), "14");
}

static void make_behind(struct joist_actor *self, joist_term args)
{
	joist_term outcome = library_call_term(self, "box_into", NONE, "[3]"), box;

	(void)args;
	CHECK(joist_match(outcome, "{ok, Box}", &box));
	CALL(self, "box_number", box, "[]", "3");
	CALL(self, "box_into", NONE, "[13]", "{error,1}");
	CHECK_STR(library_freed(), "13");
	CALL(self, "box_into", NONE, "[-1]", "{ok,null}");
}

static void open_many(struct joist_actor *self, joist_term args)
{
	joist_term boxes[100];
	int64_t count;

	CHECK(joist_get_int(args, &count));
	for (int64_t i = 0; i < count; i++)
		boxes[i] = library_call_term(self, "box_make", NONE,
					     joist_format(self, joist_make(self, "[I]", i)));
	for (int64_t i = 0; i < count; i++)
		CALL(self, "box_number", boxes[i], "[]", joist_format(self, joist_int(self, i)));
	if (count == 4) {
		CALL(self, "box_close", boxes[1], "[]", "ok");
		joist_exit(self, joist_make(self, "enough"));
	}
}

/* Ends the turn: what it has built and received is gone. */
static void next_turn(struct joist_actor *self)
{
	joist_send(self, joist_self(self), joist_make(self, "next"));
	joist_receive(self);
}

static void lose(struct joist_actor *self, joist_term args)
{
	joist_term kept = joist_keep(self, joist_make(self, "{box, Box}", make(self, "[1]"))), box;

	(void)args;
	make(self, "[2]");
	make(self, "[3]");
	CHECK_STR(library_freed(), "");
	next_turn(self);
	CHECK_STR(library_freed(), "3 2");
	CHECK(joist_match(kept, "{box, Box}", &box));
	CALL(self, "box_number", box, "[]", "1");
	joist_drop(self, kept);
	CHECK_STR(library_freed(), "");
	next_turn(self);
	CHECK_STR(library_freed(), "1");
	library_call_term(self, "lid_of", NONE, "[5]");
	next_turn(self);
	CHECK_STR(library_freed(), "");
}

/* Keeps what it is sent until it is told to let it go. */
static void friend(struct joist_actor *self, joist_term args)
{
	joist_term kept = joist_keep(self, joist_receive(self)), from;

	(void)args;
	joist_match(joist_receive(self), "{drop, From}", &from);
	joist_drop(self, kept);
	joist_send_to(self, from, joist_make(self, "dropped"));
}

static void lend(struct joist_actor *self, joist_term args)
{
	joist_pid to = joist_spawn(self, "test:friend", args);

	joist_send(self, to, make(self, "[1]"));
	next_turn(self);
	next_turn(self);
	CHECK_STR(library_freed(), "");
	joist_send(self, to, joist_make(self, "{drop, Self}", joist_self(self)));
	CHECK_STR(joist_format(self, joist_receive(self)), "dropped");
	next_turn(self);
	CHECK_STR(library_freed(), "1");
}

/* What was made with another is freed before it, whichever term goes first. */
static void lose_whole(struct joist_actor *self, joist_term args)
{
	joist_term part = library_call_term(self, "part_of", make(self, "[1]"), "[]"), box;

	(void)args;
	part = joist_keep(self, part);
	next_turn(self);
	CHECK_STR(library_freed(), "");
	joist_drop(self, part);
	next_turn(self);
	CHECK_STR(library_freed(), "part of 1 1");
	box = joist_keep(self, make(self, "[2]"));
	library_call_term(self, "part_of", box, "[]");
	next_turn(self);
	CHECK_STR(library_freed(), "part of 2");
	joist_keep(self, library_call_term(self, "part_of", box, "[]"));
	joist_drop(self, box);
	CALL(self, "box_free", joist_keep(self, make(self, "[3]")), "[]", "ok");
	next_turn(self);
	CHECK_STR(library_freed(), "3");
}

static joist_term wait_for_turn(struct joist_actor *self, joist_term number, joist_term name)
{
	(void)name;
	make(self, "[1]");
	next_turn(self);
	CHECK_STR(library_freed(), "");
	return joist_int(self, joist_type(number) == JOIST_INTEGER);
}

/* Within a call nothing else of the library is called. */
static void lose_in_callback(struct joist_actor *self, joist_term args)
{
	(void)args;
	CALL(self, "each", NONE, "[1, {apply, test, wait_for_turn}]", "1");
	CHECK_STR(library_freed(), "");
	next_turn(self);
	CHECK_STR(library_freed(), "1");
}

static void crash_in_end(struct joist_actor *self, joist_term args)
{
	(void)args;
	make(self, "[1]");
	joist_keep(self, make(self, "[2]"));
	make(self, "[99]");
	make(self, "[3]");
	next_turn(self);
}

/* A handler, whose turns end when its callback does. */
static void serve(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	make(self, joist_format(self, message));
}

static size_t no_state(const void *data)
{
	(void)data;
	return 0;
}

static void begin(struct joist_actor *self, void *state, joist_term args)
{
	(void)self, (void)state, (void)args;
}

static const struct joist_handler server = {
	.size = sizeof(server), .state_size = no_state, .start = begin, .message = serve
};

static void lose_in_handler(struct joist_actor *self, joist_term args)
{
	joist_pid pid = joist_spawn(self, "test:server", args);

	joist_send(self, pid, joist_make(self, "[1]"));
	joist_send(self, pid, joist_make(self, "[2]"));
	stage_let_wait(self, pid);
	CHECK_STR(library_freed(), "1 2");
	joist_ref monitor = joist_monitor(self, pid);
	joist_send(self, pid, joist_make(self, "[99]"));
	CHECK(!strncmp(stage_down(self, monitor), "{fault,sigsegv,", 15));
	CHECK_STR(library_freed(), "99");
}

static void crash_in_library(struct joist_actor *self, joist_term args)
{
	joist_term boxes[3];

	(void)args;
	boxes[0] = make(self, "[7]");
	boxes[1] = make(self, "[8]");
	boxes[2] = make(self, "[9]");
	library_call(self, "box_crash", boxes[1], "[]");
}

static joist_term raises(struct joist_actor *self, joist_term number, joist_term name)
{
	(void)self, (void)number, (void)name;
	raise(SIGSEGV);
	return joist_nil();
}

static void crash_in_callback(struct joist_actor *self, joist_term args)
{
	(void)args;
	make(self, "[1]");
	make(self, "[2]");
	library_call(self, "each", NONE, "[2, {apply, test, raises}]");
}

static void foreign(struct joist_actor *self, joist_term args)
{
	refused(self, "box_number", args, "not_open");
}

static void die(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(stage_end_of(self, "open_many", joist_make(self, "4")), "enough");
	CHECK_STR(library_freed(), "1 3 2 0");
	CHECK_STR(stage_end_of(self, "open_many", joist_make(self, "60")), "normal");
	CHECK(!strncmp(library_freed(), "59 58 57", 8));
	CHECK_STR(stage_end_of(self, "foreign", make(self, "[1]")), "normal");
}

static void crash(struct joist_actor *self, joist_term args)
{
	CHECK(!strncmp(stage_end_of(self, "crash_in_library", args), "{fault,sigsegv,", 15));
	CHECK_STR(library_freed(), "9 8 7");
	CHECK(!strncmp(stage_end_of(self, "crash_in_callback", args), "{fault,sigsegv,", 15));
	CHECK_STR(library_freed(), "2 1");
	CHECK(!strncmp(stage_end_of(self, "crash_in_end", args), "{fault,sigsegv,", 15));
	CHECK_STR(library_freed(), "3 99 2 1");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(use),
	STAGE_LOOP(fail_to_close),
	STAGE_LOOP(make_behind),
	STAGE_LOOP(open_many),
	STAGE_LOOP(lose),
	STAGE_LOOP(friend),
	STAGE_LOOP(lend),
	STAGE_LOOP(lose_whole),
	STAGE_LOOP(lose_in_callback),
	STAGE_LOOP(lose_in_handler),
	STAGE_LOOP(crash_in_end),
	STAGE_FUN(wait_for_turn, 2),
	STAGE_HANDLER(server),
	STAGE_LOOP(crash_in_library),
	STAGE_LOOP(crash_in_callback),
	STAGE_LOOP(crash),
	STAGE_FUN(raises, 2),
	STAGE_LOOP(foreign),
	STAGE_LOOP(die),
	{ 0 },
};

static void run(const char *name)
{
	library_begin();
	stage_run(exports, 1, name);
	library_end();
}

TEST(a_handle_is_used_until_it_is_closed)
{
	run("use");
}

TEST(a_close_that_fails_leaves_it_open)
{
	run("fail_to_close");
	CHECK_STR(library_freed(), "");
}

TEST(a_handle_behind_a_pointer_is_destroyed_if_the_call_fails)
{
	run("make_behind");
	CHECK_STR(library_freed(), "3");
}

TEST(an_end_frees_each_once_and_the_newest_first)
{
	run("die");
}

TEST(a_crash_in_the_library_or_in_a_callback_frees_each_once)
{
	run("crash");
}

TEST(one_that_no_term_stands_for_is_freed_after_the_turn)
{
	run("lose");
	run("lend");
}

TEST(one_that_was_made_with_another_is_freed_before_it)
{
	run("lose_whole");
	CHECK_STR(library_freed(), "part of 2 2");
}

TEST(one_is_not_freed_in_the_middle_of_a_call)
{
	run("lose_in_callback");
}

TEST(a_handlers_turn_ends_those_that_it_lost)
{
	run("lose_in_handler");
}
