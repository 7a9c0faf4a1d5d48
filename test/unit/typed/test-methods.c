/* Methods found by what a request says, and requests that find none. */
#include <joist/typed.h>

#include "test/harness.h"
#include "test/stage.h"

struct count {
	int64_t n;
};

static int64_t add(struct count *count, int64_t by)
{
	return count->n += by;
}

static int64_t get(struct count *count)
{
	return count->n;
}

static void set(struct count *count, int64_t n, bool negative)
{
	count->n = negative ? -n : n;
}

static const struct joist_method list[] = {
	JOIST_METHOD(int64_t, add, struct count *, int64_t),
	JOIST_METHOD(int64_t, get, struct count *),
	JOIST_METHOD(void, set, struct count *, int64_t, bool),
	{ 0 },
};

static const struct {
	const char *request, *answer;
} rows[] = {
	{ "{add, 2}", "2" },
	{ "get", "2" },
	{ "{get}", "2" },
	{ "{add, -5}", "-3" },
	{ "{set, 7, true}", "ok" },
	{ "get", "-7" },
	{ "{add, two}", "{error,{badarg,#{argument => 1,expected => int64,got => two}}}" },
	{ "{set, 7, 1}", "{error,{badarg,#{argument => 2,expected => bool,got => 1}}}" },
	{ "{add}", "{error,{badarity,#{arity => 0,expected => 1,method => add}}}" },
	{ "add", "{error,{badarity,#{arity => 0,expected => 1,method => add}}}" },
	{ "{add, 1, 2}", "{error,{badarity,#{arity => 2,expected => 1,method => add}}}" },
	{ "{get, []}", "{error,{badarity,#{arity => 1,expected => 0,method => get}}}" },
	{ "{sub, 1}", "{error,{undef,#{arity => 1,method => sub}}}" },
	{ "sub", "{error,{undef,#{arity => 0,method => sub}}}" },
	{ "{}", "{error,{undef,#{request => {}}}}" },
	{ "{1, 2}", "{error,{undef,#{request => {1,2}}}}" },
	{ "[add, 2]", "{error,{undef,#{request => [add,2]}}}" },
	{ "<<\"get\">>", "{error,{undef,#{request => <<\"get\">>}}}" },
	{ "get", "-7" },
};

static void requests(struct joist_actor *self, joist_term args)
{
	static struct joist_methods methods = { list, sizeof(struct count), NULL };
	struct count count = { 0 };

	(void)args;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		joist_term request = joist_parse(self, rows[i].request, NULL);
		CHECK_STR(joist_format(self, joist_call_method(self, &methods, &count, request)),
			  rows[i].answer);
	}
}

static void wrong_state(struct joist_actor *self, joist_term args)
{
	static struct joist_methods methods = { list, 1, NULL };
	char state;

	joist_call_method(self, &methods, &state, args);
}

static void mistaken(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "wrong_state", args), "{badarg,<<\"joist_call_method\">>}");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(requests), STAGE_LOOP(wrong_state), STAGE_LOOP(mistaken), { 0 }
};

TEST(requests_are_calls)
{
	stage_run(exports, 1, "requests");
}

TEST(methods_of_another_state_are_a_mistake)
{
	stage_run(exports, 1, "mistaken");
}
