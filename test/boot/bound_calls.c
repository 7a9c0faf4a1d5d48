/* Calls plain_c.c's functions by their binding, with terms and the answers that they should have. Prints
 * what differs. */
#include <joist/joist.h>

#include <stdio.h>
#include <string.h>

static const struct {
	const char *function, *args, *answer;
} calls[] = {
#define WRONG(number, expected, got)                                                               \
	"{error,{badarg,#{argument => " #number ",expected => " expected ",got => " got "}}}"
	{ "same_int8", "[127]", "127" },
	{ "same_int8", "[-128]", "-128" },
	{ "same_int8", "[128]", WRONG(1, "int8", "128") },
	{ "same_int8", "[-129]", WRONG(1, "int8", "-129") },
	{ "same_int16", "[32767]", "32767" },
	{ "same_int16", "[-32768]", "-32768" },
	{ "same_int16", "[32768]", WRONG(1, "int16", "32768") },
	{ "same_int16", "[-32769]", WRONG(1, "int16", "-32769") },
	{ "same_int32", "[2147483647]", "2147483647" },
	{ "same_int32", "[-2147483648]", "-2147483648" },
	{ "same_int32", "[2147483648]", WRONG(1, "int32", "2147483648") },
	{ "same_int32", "[-2147483649]", WRONG(1, "int32", "-2147483649") },
	{ "same_int64", "[9223372036854775807]", "9223372036854775807" },
	{ "same_int64", "[-9223372036854775808]", "-9223372036854775808" },
	{ "same_int64", "[9223372036854775808]", WRONG(1, "int64", "9223372036854775808") },
	{ "same_int64", "[-9223372036854775809]", WRONG(1, "int64", "-9223372036854775809") },
	{ "same_uint8", "[0]", "0" },
	{ "same_uint8", "[255]", "255" },
	{ "same_uint8", "[256]", WRONG(1, "uint8", "256") },
	{ "same_uint8", "[-1]", WRONG(1, "uint8", "-1") },
	{ "same_uint16", "[0]", "0" },
	{ "same_uint16", "[65535]", "65535" },
	{ "same_uint16", "[65536]", WRONG(1, "uint16", "65536") },
	{ "same_uint16", "[-1]", WRONG(1, "uint16", "-1") },
	{ "same_uint32", "[0]", "0" },
	{ "same_uint32", "[-1]", WRONG(1, "uint32", "-1") },
	{ "same_uint32", "[4294967295]", "4294967295" },
	{ "same_uint32", "[4294967296]", WRONG(1, "uint32", "4294967296") },
	{ "same_uint64", "[0]", "0" },
	{ "same_uint64", "[-1]", WRONG(1, "uint64", "-1") },
	{ "same_uint64", "[18446744073709551615]", "18446744073709551615" },
	{ "same_uint64", "[18446744073709551616]", WRONG(1, "uint64", "18446744073709551616") },
	{ "same_size", "[0]", "0" },
	{ "same_size", "[-1]", WRONG(1, "uint64", "-1") },
	{ "same_size", "[18446744073709551615]", "18446744073709551615" },
	{ "same_size", "[18446744073709551616]", WRONG(1, "uint64", "18446744073709551616") },
	{ "same_bool", "[true]", "true" },
	{ "same_bool", "[1]", WRONG(1, "bool", "1") },
	{ "same_float", "[0.5]", "0.5" },
	{ "same_float", "[1.0e39]", WRONG(1, "float", "1.0e39") },
	{ "same_double", "[7]", "7.0" },
	{ "same_double", "[seven]", WRONG(1, "double", "seven") },
	{ "same_color", "[green]", "green" },
	{ "same_color", "[7]", WRONG(1, "color", "7") },
	{ "same_line",
	  "[#{at => [#{x => 1, y => 2}, #{x => -3, y => 4.5}], name => <<\"abcd\">>, color => "
	  "blue}]",
	  "#{at => [#{x => 1,y => 2.0},#{x => -3,y => 4.5}],color => blue,name => <<\"abcd\">>}" },
	{ "sum", "[[1, 2, 3]]", "6" },
	{ "sum", "[[]]", "0" },
	{ "count_up", "[0]", "<<>>" },
	{ "count_up", "[1]", "<<0>>" },
	{ "count_up", "[9]", "<<0,1,2,3,4,5,6,7,8>>" },
	{ "count_up", "[10]", "<<0,1,2,3,4,5,6,7,8,9>>" },
	{ "count_up", "[11]", "<<0,1,2,3,4,5,6,7,8,9>>" },
	{ "mirror", "[#{x => 1, y => 2.0}, [1, -2, 3]]", "{#{x => -1,y => 2.0},[-1,2,-3]}" },
	{ "length", "[<<\"text\">>]", "4" },
	{ "length", "[null]", "1000" },
	{ "twice", "[<<\"ab\">>]", "<<\"abab\">>" },
	{ "greet", "[100, <<\"%s: %.1f\">>, <<\"pi\">>, 3.14]", "<<\"pi: 3.1\">>" },
	{ "greet", "[3, <<\"%s: %.1f\">>, <<\"pi\">>, 3.14]", "<<112,105,0>>" },
	{ "greet_one", "[100, <<\"%d\">>, 7]", "<<\"7\">>" },
	{ "root", "[17]", "{ok,4}" },
	{ "root", "[-1]", "{error,edom}" },
	{ "table", "[]", "<<1,2,3>>" },
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

static unsigned check_calls(struct joist_actor *self)
{
	unsigned right = 0;

	for (size_t i = 0; i < CALLS; i++) {
		char name[64];
		const char *answer;

		snprintf(name, sizeof(name), "foreign:%s", calls[i].function);
		answer = joist_format(self, joist_apply(self, name,
							joist_parse(self, calls[i].args, NULL)));
		if (!strcmp(answer, calls[i].answer))
			right++;
		else
			joist_print(self, "%s of %s: %s, not %s", name, calls[i].args, answer,
				    calls[i].answer);
	}
	return right;
}

static void bound_calls(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_print(self, "foreign: %u of %zu equal", check_calls(self), CALLS);
}

JOIST_PLUGIN("bound_calls", "1.0", JOIST_ACTOR(bound_calls));
