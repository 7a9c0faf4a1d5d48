/* Objects, asked as servers are. */
#include <joist/object.h>

#include "test/unit/stdlib/yard.h"

struct count {
	int64_t n, limit;
};

static int64_t add(struct count *count, int64_t by)
{
	return count->n += by;
}

static int64_t get(struct count *count)
{
	return count->n;
}

static void crash(struct count *count)
{
	joist_exit(joist_current(), joist_int(joist_current(), count->n));
}

static const struct joist_method methods[] = {
	JOIST_METHOD(int64_t, add, struct count *, int64_t),
	JOIST_METHOD(int64_t, get, struct count *),
	JOIST_METHOD(void, crash, struct count *),
	{ 0 },
};

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct count *count = state;

	(void)self;
	joist_get_int(args, &count->n);
}

const struct joist_export yard_exports[] = {
	JOIST_OBJECT(counter, struct count, methods),
	JOIST_OBJECT(from, struct count, methods, .init = init),
	{ 0 },
};

YARD_TEST(a_call_is_a_method)
{
	joist_pid pid = yard_start(self, "t:counter", "[]");

	YARD_CALL(self, pid, "{add, 2}", "2");
	YARD_CALL(self, pid, "get", "2");
	YARD_CALL(self, pid, "{add, -1}", "1");
	YARD_CALL(self, pid, "{get}", "1");
}

YARD_TEST(wrong_calls_change_nothing)
{
	joist_pid pid = yard_start(self, "t:from", "7");

	YARD_CALL(self, pid, "{add, 1.5}",
		  "{error,{badarg,#{argument => 1,expected => int64,got => 1.5}}}");
	YARD_CALL(self, pid, "{add}",
		  "{error,{badarity,#{arity => 0,expected => 1,method => add}}}");
	YARD_CALL(self, pid, "{sub, 1}", "{error,{undef,#{arity => 1,method => sub}}}");
	YARD_CALL(self, pid, "[get]", "{error,{undef,#{request => [get]}}}");
	YARD_CALL(self, pid, "get", "7");
}

YARD_TEST(a_cast_is_a_call_without_an_answer)
{
	joist_pid pid = yard_start(self, "t:counter", "[]");

	joist_cast(self, pid, joist_make(self, "{add, 3}"));
	joist_cast(self, pid, joist_make(self, "{add, three}"));
	YARD_CALL(self, pid, "get", "3");
}

YARD_TEST(an_object_that_ends_tells_its_caller)
{
	joist_pid pid = joist_spawn(self, "t:from", joist_make(self, "4"));
	joist_term reason;

	CHECK(joist_call(self, pid, joist_make(self, "crash"), 1000, &reason) == JOIST_DOWN);
	CHECK(joist_match(reason, "4"));
}

/* Nothing of Joist is needed to try a method. */
TEST(methods_are_functions)
{
	struct count count = { 0 };

	CHECK(add(&count, 5) == 5 && add(&count, 6) == 11 && get(&count) == 11);
}
