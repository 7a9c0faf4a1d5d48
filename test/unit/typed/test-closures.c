/* Callbacks: what they tell and ask, how they fail, and what happens when they come too late. */
#include "vm/typed/closures.h"

#include <stdio.h>

#include "test/harness.h"
#include "test/stage.h"
#include "test/unit/typed/library.h"

#define NONE ((joist_term){ 0 })
#define CALL(self, name, first, rest, outcome)                                                     \
	CHECK_STR(library_call(self, name, first, rest), outcome)

/* A row's answer: its number, or what its name says. */
static joist_term answer(struct joist_actor *self, joist_term number, joist_term name)
{
	struct joist_bytes text;

	if (joist_is_atom(name, "null"))
		return joist_make(self, "none");
	CHECK(joist_get_bytes(name, &text));
	return number;
}

static joist_term twice(struct joist_actor *self, joist_term x, joist_term list)
{
	double value;

	CHECK_STR(joist_format(self, list), "[1,-2,3]");
	CHECK(joist_get_float(x, &value));
	return joist_float(self, 2 * value);
}

/* Calls the library itself. */
static joist_term nested(struct joist_actor *self, joist_term number, joist_term name)
{
	int64_t n;

	(void)name;
	CHECK(joist_get_int(number, &n));
	CALL(self, "each", joist_int(self, 2), "[{apply, test, answer}]", "3");
	return joist_int(self, 10 * n);
}

static void server(struct joist_actor *self, joist_term args)
{
	joist_term from, number;

	(void)args;
	for (;;) {
		joist_term message = joist_receive(self);

		if (joist_match(message, "{'$gen_call', From, {die, _, _}}", &from))
			joist_exit(self, joist_make(self, "broken"));
		if (joist_match(message, "{'$gen_call', From, {row, N, _}}", &from, &number))
			joist_reply(self, from, number);
		else if (joist_match(message, "{'$gen_call', From, {odd, N, _}}", &from, &number))
			joist_reply(self, from, joist_make(self, "1.5"));
	}
}

static joist_term target_of(struct joist_actor *self, const char *verb, joist_pid to,
			    const char *tag)
{
	return joist_make(self, "{Verb, To, Tag}", joist_atom_new(verb), to, joist_atom_new(tag));
}

static const char *each(struct joist_actor *self, joist_term target)
{
	return joist_format(self, library_call_with(self, "each", joist_int(self, 3), target));
}

static void tell(struct joist_actor *self, joist_term args)
{
	joist_term message;

	(void)args;
	CHECK_STR(each(self, target_of(self, "send", joist_self(self), "row")), "0");
	message = joist_receive(self);
	CHECK_STR(joist_format(self, message), "{row,1,<<\"one\">>}");
	message = joist_receive(self);
	CHECK_STR(joist_format(self, message), "{row,2,<<\"two\">>}");
	message = joist_receive(self);
	CHECK_STR(joist_format(self, message), "{row,3,null}");
	CALL(self, "each", joist_int(self, 2), "[{send, nobody_has_it, row}]", "0");
	CALL(self, "each", joist_int(self, 2), "[null]", "2");
}

static void ask(struct joist_actor *self, joist_term args)
{
	joist_pid pid = joist_spawn(self, "test:server", args);

	CHECK_STR(each(self, target_of(self, "call", pid, "row")), "6");
	CHECK_STR(each(self, target_of(self, "call", pid, "odd")),
		  "{error,{callback,{bad_reply,1.5}}}");
	CHECK_STR(each(self, target_of(self, "call", pid, "die")), "{error,{callback,broken}}");
	CHECK_STR(each(self, target_of(self, "call", pid, "row")), "{error,{callback,noproc}}");
	CHECK_STR(each(self, target_of(self, "call", joist_self(self), "row")),
		  "{error,{callback,calling_self}}");
}

static void apply(struct joist_actor *self, joist_term args)
{
	(void)args;
	CALL(self, "each", joist_int(self, 2), "[{apply, test, answer}]", "3");
	CALL(self, "each", joist_int(self, 3), "[{apply, test, answer}]",
	     "{error,{callback,{bad_reply,none}}}");
	CALL(self, "each", joist_int(self, 2), "[{apply, test, nested}]", "30");
	CALL(self, "each", joist_int(self, 2), "[{apply, test, missing}]",
	     "{error,{callback,undef}}");
	CALL(self, "reals", joist_make(self, "1.5"), "[{apply, test, twice}]", "3.0");
}

static void wrongly(struct joist_actor *self, joist_term args)
{
	static const char *const targets[] = {
		"row", "{send, 1, row}", "{apply, test, 1}", "{send, row}", "{tell, a, b}",
	};
	char rest[60], expected[120];

	(void)args;
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		joist_term target = joist_parse(self, targets[i], NULL);

		snprintf(rest, sizeof(rest), "[%s]", targets[i]);
		snprintf(expected, sizeof(expected),
			 "{error,{badarg,#{argument => 2,expected => row,got => %s}}}",
			 joist_format(self, target));
		CALL(self, "each", joist_int(self, 1), rest, expected);
	}
}

static void too_late(struct joist_actor *self, joist_term args)
{
	joist_term box = library_call_term(self, "box_make", NONE, "[4]");

	(void)args;
	CALL(self, "keep", NONE, "[{apply, test, answer}]", "ok");
	CALL(self, "fire", NONE, "[1]", "{error,{callback,closed}}");
	CALL(self, "box_watch", box, "[{apply, test, answer}]", "ok");
	CALL(self, "box_fire", box, "[]", "4");
	CALL(self, "fire", NONE, "[5]", "5");
	CALL(self, "box_free", box, "[]", "ok");
	CALL(self, "fire", NONE, "[5]", "{error,{callback,closed}}");
}

/* One that has had no callback of its own is not told, but is not harmed. */
static void others(struct joist_actor *self, joist_term args)
{
	(void)args;
	CALL(self, "fire", NONE, "[5]", "-9");
}

static joist_term ends(struct joist_actor *self, joist_term number, joist_term name)
{
	(void)name;
	joist_exit(self, joist_make(self, "{ended, N}", number));
}

static void end_within(struct joist_actor *self, joist_term args)
{
	(void)args;
	library_call(self, "each", joist_int(self, 2), "[{apply, test, ends}]");
}

static void end(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "end_within", args), "{ended,1}");
	CALL(self, "keep", NONE, "[{send, nobody, row}]", "ok");
	CHECK_STR(stage_end_of(self, "others", args), "normal");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(tell),     STAGE_LOOP(ask),
	STAGE_LOOP(apply),    STAGE_LOOP(wrongly),
	STAGE_LOOP(too_late), STAGE_LOOP(others),
	STAGE_LOOP(end),      STAGE_LOOP(end_within),
	STAGE_LOOP(server),   STAGE_FUN(answer, 2),
	STAGE_FUN(twice, 2),  STAGE_FUN(nested, 2),
	STAGE_FUN(ends, 2),   { 0 },
};

static void run(const char *name)
{
	library_begin();
	stage_run(exports, 2, name);
	library_end();
}

TEST(a_callback_tells)
{
	run("tell");
}

TEST(a_callback_asks_a_server)
{
	run("ask");
}

TEST(a_callback_calls_a_function)
{
	run("apply");
}

TEST(what_is_no_target_is_refused)
{
	run("wrongly");
}

TEST(a_callback_that_comes_too_late_is_told_of)
{
	run("too_late");
}

TEST(an_actor_may_end_in_a_callback)
{
	run("end");
}
