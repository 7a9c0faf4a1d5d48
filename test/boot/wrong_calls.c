/* Calls with terms that do not fit, of the functions of plain_c.c by their binding, and of an object: each
 * is answered as docs/typed-calls.md says, and the actor goes on. Prints what is not. */
#include <joist/object.h>

#include <stdio.h>
#include <string.h>

/* What stands for a term that no text has. */
struct stand_ins {
	joist_term open, closed, others, made_up, lid, too_many;
};

/* In `arguments`, and in `got`, atoms stand for those. */
struct wrong {
	const char *function, *arguments;
	unsigned argument;
	const char *expected, *reason, *at, *got; /* NULL: none; of `got`, the argument itself */
};

#define LINE(at, name, color) "#{at => " at ", name => " name ", color => " color "}"
#define TWO "[#{x => 1, y => 2}, #{x => 3, y => 4}]"

#define NO_AT(function, arguments, argument, expected, reason, at, got)                            \
	{                                                                                          \
		function, arguments, argument, expected, reason, at, got                           \
	}
#define NO_FOR(function, arguments, argument, expected, reason)                                    \
	NO_AT(function, arguments, argument, expected, reason, NULL, NULL)
#define NO(function, arguments, argument, expected)                                                \
	NO_FOR(function, arguments, argument, expected, NULL)

static const struct wrong wrong[] = {
	NO("same_int8", "[128]", 1, "int8"),
	NO("same_int8", "[-129]", 1, "int8"),
	NO("same_int8", "[1.5]", 1, "int8"),
	NO("same_int16", "[32768]", 1, "int16"),
	NO("same_int16", "[-32769]", 1, "int16"),
	NO("same_int16", "[one]", 1, "int16"),
	NO("same_int32", "[2147483648]", 1, "int32"),
	NO("same_int32", "[-2147483649]", 1, "int32"),
	NO("same_int32", "[<<\"1\">>]", 1, "int32"),
	NO("same_int64", "[9223372036854775808]", 1, "int64"),
	NO("same_int64", "[-9223372036854775809]", 1, "int64"),
	NO("same_int64", "[[]]", 1, "int64"),
	NO("same_uint8", "[256]", 1, "uint8"),
	NO("same_uint8", "[-1]", 1, "uint8"),
	NO("same_uint8", "[{1}]", 1, "uint8"),
	NO("same_uint16", "[65536]", 1, "uint16"),
	NO("same_uint16", "[-1]", 1, "uint16"),
	NO("same_uint32", "[4294967296]", 1, "uint32"),
	NO("same_uint32", "[-1]", 1, "uint32"),
	NO("same_uint64", "[18446744073709551616]", 1, "uint64"),
	NO("same_uint64", "[-1]", 1, "uint64"),
	NO("same_size", "[18446744073709551616]", 1, "uint64"),
	NO("same_size", "[-1]", 1, "uint64"),
	NO("same_bool", "[1]", 1, "bool"),
	NO("same_bool", "[maybe]", 1, "bool"),
	NO("same_float", "[1.0e39]", 1, "float"),
	NO("same_float", "[one]", 1, "float"),
	NO("same_double", "[<<>>]", 1, "double"),
	NO("same_double", "[inf]", 1, "double"),
	NO("same_color", "[7]", 1, "color"),
	NO("same_color", "[pink]", 1, "color"),
	NO("length", "[\"text\"]", 1, "string"),
	NO_FOR("length", "[<<\"a\", 0, \"b\">>]", 1, "string", "zero_byte"),
	NO("length", "[nil]", 1, "string"),
	NO("twice", "[null]", 1, "string"),
	NO("twice", "[<<3:2>>]", 1, "string"),
	NO("same_line", "[line]", 1, "line"),
	NO_AT("same_line", "[#{at => " TWO ", name => <<\"ab\">>}]", 1, "line", "missing",
	      "[color]", NULL),
	NO_FOR("same_line", "[#{at => " TWO ", name => <<\"ab\">>, color => red, size => 1}]", 1,
	       "line", "unknown_field"),
	NO_AT("same_line", "[" LINE("[#{x => 1, y => 2}]", "<<\"ab\">>", "red") "]", 1, "list",
	      "length", "[at]", "[#{x => 1, y => 2}]"),
	NO_AT("same_line", "[" LINE("none", "<<\"ab\">>", "red") "]", 1, "list", NULL, "[at]",
	      "none"),
	NO_AT("same_line", "[" LINE(TWO, "<<\"abcde\">>", "red") "]", 1, "string", "too_long",
	      "[name]", "<<\"abcde\">>"),
	NO_AT("same_line", "[" LINE(TWO, "<<\"a\", 0>>", "red") "]", 1, "string", "zero_byte",
	      "[name]", "<<\"a\", 0>>"),
	NO_AT("same_line", "[" LINE(TWO, "<<\"ab\">>", "7") "]", 1, "color", NULL, "[color]", "7"),
	NO_AT("same_line",
	      "[" LINE("[#{x => 1, y => 2}, #{x => 32768, y => 2}]", "<<\"ab\">>", "red") "]", 1,
	      "int16", NULL, "[at, 2, x]", "32768"),
	NO_AT("same_line",
	      "[" LINE("[#{x => 1, y => two}, #{x => 3, y => 2}]", "<<\"ab\">>", "red") "]", 1,
	      "double", NULL, "[at, 1, y]", "two"),
	NO("mirror", "[null, [1, 2, 3]]", 1, "point"),
	NO_FOR("mirror", "[#{x => 1, y => 2}, [1, 2]]", 2, "list", "length"),
	NO_AT("mirror", "[#{x => 1, y => 2}, [1, 2, three]]", 2, "int32", NULL, "[3]", "three"),
	NO("mirror", "[#{x => 1, y => 2}, [1, 2 | 3]]", 2, "list"),
	NO_FOR("sum", "[too_many]", 1, "list", "too_long"),
	NO("sum", "[<<1, 2>>]", 1, "list"),
	NO_AT("sum", "[[1, 4294967296]]", 1, "int32", NULL, "[2]", "4294967296"),
	NO("count_up", "[-1]", 1, "uint64"),
	NO_FOR("count_up", "[1073741825]", 1, "uint64", "too_long"),
	NO("count_up", "[many]", 1, "uint64"),
	NO("greet", "[-1, <<\"%s\">>, <<\"a\">>, 1.0]", 1, "uint64"),
	NO("greet", "[9, null, <<\"a\">>, 1.0]", 2, "string"),
	NO_FOR("greet", "[9, <<\"%s\">>, <<0>>, 1.0]", 3, "string", "zero_byte"),
	NO("greet", "[9, <<\"%s\">>, <<\"a\">>, none]", 4, "double"),
	NO("root", "[2147483648]", 1, "int32"),
	NO_FOR("box_number", "[closed]", 1, "box", "not_open"),
	NO_FOR("box_number", "[others]", 1, "box", "not_open"),
	NO_FOR("box_number", "[made_up]", 1, "box", "not_open"),
	NO_FOR("box_number", "[lid]", 1, "box", "wrong_type"),
	NO("box_number", "[null]", 1, "box"),
	NO("box_number", "[1]", 1, "box"),
	NO_FOR("box_free", "[closed]", 1, "box", "not_open"),
	NO_FOR("box_free", "[lid]", 1, "box", "wrong_type"),
	NO_FOR("lid_number", "[open]", 1, "lid", "wrong_type"),
	NO("each", "[1, row]", 2, "callback"),
	NO("each", "[1, {tell, a, b}]", 2, "callback"),
	NO("each", "[1, {send, 1, row}]", 2, "callback"),
	NO("each", "[1, {apply, wrong_calls, 1}]", 2, "callback"),
	NO("each", "[1, null]", 2, "callback"),
};

#define WRONG (sizeof(wrong) / sizeof(wrong[0]))

/* What is answered as it stands here. */
static const struct {
	const char *function, *arguments, *answer;
} others[] = {
	{ "each", "[2, {apply, wrong_calls, nothing}]", "{error, {callback, undef}}" },
	{ "each", "[2, {apply, wrong_calls, answer_badly}]",
	  "{error, {callback, {bad_reply, none}}}" },
	{ "each", "[2, {call, nobody_has_this_name, row}]", "{error, {callback, noproc}}" },
	{ "each", "[2, {call, wrong_calls, row}]", "{error, {callback, calling_self}}" },
	{ "keep", "[{apply, wrong_calls, answer_badly}]", "ok" },
	{ "fire", "[1]", "{error, {callback, closed}}" },
	{ "fire", "[1]", "{error, {callback, closed}}" },
};

#define OTHERS (sizeof(others) / sizeof(others[0]))

/* ---- an object ---- */

struct sum {
	int64_t n;
};

static int64_t add(struct sum *sum, uint8_t by)
{
	return sum->n += by;
}

static const struct joist_method methods[] = {
	JOIST_METHOD(int64_t, add, struct sum *, uint8_t),
	{ 0 },
};

static const struct {
	const char *request, *answer;
} requests[] = {
	{ "add", "{error, {badarity, #{method => add, arity => 0, expected => 1}}}" },
	{ "{add}", "{error, {badarity, #{method => add, arity => 0, expected => 1}}}" },
	{ "{add, 1, 2}", "{error, {badarity, #{method => add, arity => 2, expected => 1}}}" },
	{ "{take, 1}", "{error, {undef, #{method => take, arity => 1}}}" },
	{ "take", "{error, {undef, #{method => take, arity => 0}}}" },
	{ "7", "{error, {undef, #{request => 7}}}" },
	{ "{7, add}", "{error, {undef, #{request => {7, add}}}}" },
	{ "[add, 1]", "{error, {undef, #{request => [add, 1]}}}" },
	{ "{add, 256}", "{error, {badarg, #{argument => 1, expected => uint8, got => 256}}}" },
	{ "{add, -1}", "{error, {badarg, #{argument => 1, expected => uint8, got => -1}}}" },
	{ "{add, one}", "{error, {badarg, #{argument => 1, expected => uint8, got => one}}}" },
	{ "{add, 5}", "5" },
};

#define REQUESTS (sizeof(requests) / sizeof(requests[0]))

/* ---- making the calls ---- */

static joist_term call(struct joist_actor *self, const char *function, joist_term arguments)
{
	char name[64];

	snprintf(name, sizeof(name), "foreign:%s", function);
	return joist_apply(self, name, arguments);
}

static joist_term box(struct joist_actor *self)
{
	return call(self, "box_make", joist_make(self, "[1]"));
}

/* Sends a handle of its own, and lives until it hears of another's end. */
static void friend(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	joist_match(args, "[To]", &to);
	joist_send(self, to, joist_make(self, "{box, Box}", joist_keep(self, box(self))));
	joist_monitor(self, to);
	joist_receive(self);
}

static struct stand_ins make_stand_ins(struct joist_actor *self)
{
	struct stand_ins s = { .open = box(self),
			       .closed = box(self),
			       .lid = call(self, "lid_of", joist_make(self, "[2]")),
			       .made_up = joist_ref_term(self, joist_ref_new(self)),
			       .too_many = joist_nil() };

	call(self, "box_free", joist_make(self, "[Box]", s.closed));
	joist_spawn(self, "wrong_calls:friend", joist_make(self, "[Self]", joist_self(self)));
	joist_receive_match(self, JOIST_INFINITY, "{box, Box}", &s.others);
	for (int64_t i = 0; i < 256; i++)
		s.too_many = joist_cons(self, joist_int(self, i), s.too_many);
	return s;
}

static joist_term real_one(const struct stand_ins *s, joist_term item)
{
	const struct {
		const char *name;
		joist_term term;
	} all[] = {
		{ "open", s->open }, { "closed", s->closed },	{ "others", s->others },
		{ "lid", s->lid },   { "made_up", s->made_up }, { "too_many", s->too_many },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (joist_is_atom(item, all[i].name))
			return all[i].term;
	}
	return item;
}

/* The arguments, and the one that is wrong. */
static joist_term arguments_of(struct joist_actor *self, const struct stand_ins *s,
			       const struct wrong *w, joist_term *ret_wrong)
{
	joist_term list = joist_parse(self, w->arguments, NULL), items[8];
	size_t count = 0;

	while (joist_list_next(&list, &items[count])) {
		items[count] = real_one(s, items[count]);
		count++;
	}
	*ret_wrong = w->got ? joist_parse(self, w->got, NULL) : items[w->argument - 1];
	return joist_list(self, items, count);
}

static joist_term answer_to(struct joist_actor *self, const struct wrong *w, joist_term got)
{
	joist_term map = joist_make(self, "#{argument => N, expected => Type, got => Got}",
				    w->argument, joist_atom_new(w->expected), got);

	if (w->reason)
		map = joist_map_put(self, map, joist_make(self, "reason"),
				    joist_atom_term(joist_atom_new(w->reason)));
	if (w->at)
		map = joist_map_put(self, map, joist_make(self, "at"),
				    joist_parse(self, w->at, NULL));
	return joist_make(self, "{error, {badarg, Map}}", map);
}

static bool is_answered(struct joist_actor *self, const char *what, joist_term arguments,
			joist_term answer, joist_term wanted)
{
	if (joist_equal(answer, wanted))
		return true;
	joist_print(self, "%s of %s: %s, not %s", what, joist_format(self, arguments),
		    joist_format(self, answer), joist_format(self, wanted));
	return false;
}

static unsigned check_wrong(struct joist_actor *self)
{
	struct stand_ins s = make_stand_ins(self);
	unsigned right = 0;

	for (size_t i = 0; i < WRONG; i++) {
		joist_term got, arguments = arguments_of(self, &s, &wrong[i], &got);

		right += is_answered(self, wrong[i].function, arguments,
				     call(self, wrong[i].function, arguments),
				     answer_to(self, &wrong[i], got));
	}
	return right;
}

static unsigned check_others(struct joist_actor *self)
{
	unsigned right = 0;

	for (size_t i = 0; i < OTHERS; i++) {
		joist_term arguments = joist_parse(self, others[i].arguments, NULL);

		right += is_answered(self, others[i].function, arguments,
				     call(self, others[i].function, arguments),
				     joist_parse(self, others[i].answer, NULL));
	}
	return right;
}

static unsigned check_requests(struct joist_actor *self)
{
	joist_pid object = joist_spawn(self, "wrong_calls:object", joist_nil());
	unsigned right = 0;

	for (size_t i = 0; i < REQUESTS; i++) {
		joist_term request = joist_parse(self, requests[i].request, NULL), reply;

		joist_call(self, object, request, JOIST_INFINITY, &reply);
		right += is_answered(self, "object", request, reply,
				     joist_parse(self, requests[i].answer, NULL));
	}
	joist_exit_to(self, object, joist_make(self, "kill"));
	return right;
}

static joist_term answer_badly(struct joist_actor *self, joist_term number)
{
	(void)number;
	return joist_make(self, "none");
}

static joist_term used;

/* Would end what the call uses that it is in. */
static joist_term close_used(struct joist_actor *self, joist_term number)
{
	static const struct wrong w = NO_FOR("box_free", "[open]", 1, "box", "in_use");
	joist_term arguments = joist_make(self, "[Box]", used);

	(void)number;
	return joist_int(self,
			 is_answered(self, w.function, arguments, call(self, w.function, arguments),
				     answer_to(self, &w, used)));
}

static bool check_used(struct joist_actor *self)
{
	used = box(self);
	return joist_equal(call(self, "box_ask",
				joist_make(self, "[Box, {apply, wrong_calls, close_used}]", used)),
			   joist_int(self, 1));
}

static void wrong_calls(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_register(self, "wrong_calls", joist_self(self));
	joist_print(self, "wrong: %u of %zu answered", check_wrong(self), WRONG);
	joist_print(self, "others: %u of %zu answered", check_others(self), OTHERS);
	joist_print(self, "requests: %u of %zu answered", check_requests(self), REQUESTS);
	joist_print(self, "used: %u of 1 answered", check_used(self));
	joist_print(self, "after that: %s",
		    joist_format(self, call(self, "root", joist_make(self, "[17]"))));
}

JOIST_PLUGIN("wrong_calls", "1.0", JOIST_ACTOR(wrong_calls), JOIST_ACTOR(friend),
	     JOIST_OBJECT(object, struct sum, methods), JOIST_FUN(answer_badly, 1),
	     JOIST_FUN(close_used, 1));
