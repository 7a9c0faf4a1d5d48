/* Options and the words of tests. */
#include <joist/option.h>

#include <string.h>

#include "test/unit/stdlib/yard.h"

/* Reads `n` as a number of its args. */
static void number(struct joist_actor *self, joist_term args)
{
	joist_exit(self, joist_int(self, joist_option_int(self, args, "n", 7)));
}

/* Fails as its args say. */
static void fails(struct joist_actor *self, joist_term args)
{
	if (joist_is_atom(args, "check"))
		joist_test_check(self, 1 > 2);
	else if (joist_is_atom(args, "match"))
		joist_test_match(self, args, "{a, b}");
	else if (joist_is_atom(args, "expect"))
		joist_test_expect(self, 10, "hello");
	joist_send(self, joist_self(self), args);
	joist_test_refuse(self, 0, "refuse");
}

const struct joist_export yard_exports[] = { JOIST_ACTOR(number), JOIST_ACTOR(fails), { 0 } };

/* Why "t:..." ends when it is started with these args. */
static const char *end(struct joist_actor *self, const char *name, const char *args)
{
	joist_term reason;
	joist_ref ref;

	joist_spawn_monitor(self, name, yard_term(self, args), &ref);
	joist_test_expect(self, 1000, "{'DOWN', ^Ref, process, _, Reason}", &ref, &reason);
	return joist_format(self, reason);
}

YARD_TEST(keys_are_atoms_or_binaries)
{
	joist_term map =
		yard_term(self, "#{a => 1, <<\"b\">> => <<\"two\">>, c => yes, d => true}");

	CHECK_INT(joist_option_int(self, map, "a", 0), 1);
	CHECK_STR(joist_option_text(self, map, "b", NULL), "two");
	CHECK_STR(joist_option_text(self, map, "c", NULL), "yes");
	CHECK(joist_option_bool(self, map, "d", false));
	CHECK(joist_option_bool(self, map, "e", true));
	CHECK(!joist_option_text(self, map, "e", NULL));
	CHECK(joist_is_none(joist_option(self, map, "e")));
	CHECK(joist_is_none(joist_option(self, joist_nil(), "e")));
}

YARD_TEST(a_value_of_another_kind_ends_the_actor)
{
	CHECK_STR(end(self, "t:number", "#{n => 3}"), "3");
	CHECK_STR(end(self, "t:number", "[]"), "7");
	CHECK_STR(end(self, "t:number", "#{n => x}"), "{bad_option,n,x}");
}

YARD_TEST(c_strings_have_no_zeros_inside)
{
	CHECK_STR(joist_c_string(self, yard_term(self, "<<\"abc\">>")), "abc");
	CHECK_STR(joist_c_string(self, yard_term(self, "<<>>")), "");
	CHECK(!joist_c_string(self, yard_term(self, "<<1, 0, 2>>")));
	CHECK(!joist_c_string(self, yard_term(self, "12")));
}

YARD_TEST(tests_that_fail_say_where)
{
	CHECK(strstr(end(self, "t:fails", "check"), "1 > 2 does not hold"));
	CHECK(strstr(end(self, "t:fails", "check"), "test-option.c:"));
	CHECK(strstr(end(self, "t:fails", "match"), "match does not match {a, b}"));
	CHECK(strstr(end(self, "t:fails", "expect"), "no message hello"));
	CHECK(strstr(end(self, "t:fails", "refuse"), "a message refuse came"));
}
