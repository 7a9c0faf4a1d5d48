/* Calls of C functions of all types, by terms that fit and by terms that do not: a table of each. */
#include <joist/typed.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/typed/typed.h"

#define SAME(name, type)                                                                           \
	static type name(type value)                                                               \
	{                                                                                          \
		entered++;                                                                         \
		return value;                                                                      \
	}

static int entered; /* how often C code was reached */

SAME(same_bool, bool)
SAME(same_int8, int8_t)
SAME(same_int16, int16_t)
SAME(same_int32, int32_t)
SAME(same_int64, int64_t)
SAME(same_uint8, uint8_t)
SAME(same_uint16, uint16_t)
SAME(same_uint32, uint32_t)
SAME(same_uint64, uint64_t)
SAME(same_size, size_t)
SAME(same_float, float)
SAME(same_double, double)
SAME(same_string, const char *)
SAME(same_term, joist_term)

static void nothing(void)
{
	entered++;
}

static int64_t eight(int8_t a, uint16_t b, int32_t c, uint64_t d, float e, double f, bool g,
		     int64_t h)
{
	return a + b + c + (int64_t)d + (int64_t)e + (int64_t)f + g + h;
}

static int64_t who(struct joist_actor *self, int64_t n)
{
	return joist_pid_is_none(joist_self(self)) ? -1 : n;
}

/* ---- enums, structs, arrays ---- */

enum color { RED, GREEN = 5, BLUE = -1 };
JOIST_ENUM(color, enum color, { "red", RED }, { "green", GREEN }, { "blue", BLUE });
SAME(same_color, enum color)

static enum color of_number(int32_t number)
{
	return (enum color)number;
}

struct point {
	double x, y;
};
JOIST_STRUCT(point, struct point, JOIST_FIELD(struct point, double, x),
	     JOIST_FIELD(struct point, double, y));

JOIST_CHARS(chars8, 8);
JOIST_ARRAY(bytes4, joist_ctype_uint8, 4);
JOIST_ARRAY(points2, point, 2);
struct card {
	char name[8];
	uint8_t bytes[4];
	struct point points[2];
	const char *text;
	int16_t n;
	enum color color;
};
typedef char char8[8];
typedef uint8_t uint8x4[4];
typedef struct point pointx2[2];
JOIST_STRUCT(card, struct card, JOIST_FIELD(struct card, JOIST_AS(char8, chars8), name),
	     JOIST_FIELD(struct card, JOIST_AS(uint8x4, bytes4), bytes),
	     JOIST_FIELD(struct card, JOIST_AS(pointx2, points2), points),
	     JOIST_FIELD(struct card, const char *, text), JOIST_FIELD(struct card, int16_t, n),
	     JOIST_FIELD(struct card, JOIST_AS(enum color, color), color));

static struct point middle(struct point a, struct point b)
{
	return (struct point){ (a.x + b.x) / 2, (a.y + b.y) / 2 };
}

static struct card turned(struct card c)
{
	c.n = (int16_t)-c.n;
	c.points[0].x = c.points[1].y;
	return c;
}

static void double_it(struct point *p)
{
	entered++;
	p->x *= 2;
	p->y *= 2;
}

static double square_of(const struct point *p)
{
	return p->x * p->x + p->y * p->y;
}

static void divide(int32_t a, int32_t b, int32_t *quotient, int32_t *rest)
{
	*quotient = a / b;
	*rest = a % b;
}

static const struct point *origin(bool there)
{
	static const struct point at = { 0, 1 };

	return there ? &at : NULL;
}

static double sum(const double *values, size_t count)
{
	double all = 0;

	for (size_t i = 0; i < count; i++)
		all += values[i];
	return all;
}

static uint16_t squares(uint16_t *to, uint16_t count)
{
	for (uint16_t i = 0; i < count; i++)
		to[i] = (uint16_t)(i * i);
	return count;
}

static void negate(int32_t *values, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		values[i] = -values[i];
}

/* ---- bytes and texts ---- */

static uint32_t total(const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;
	uint32_t all = 0;

	while (size-- > 0)
		all += *byte++;
	return all;
}

static int32_t compare(const void *a, const void *b, size_t size)
{
	return memcmp(a, b, size);
}

static void flip(unsigned char *bytes, uint8_t size)
{
	for (uint8_t i = 0; i < size; i++)
		bytes[i] ^= 0xff;
}

/* Writes as many as it says, of those that there is room for. */
static int32_t produce(unsigned char *to, size_t *size, int32_t wanted)
{
	if ((size_t)wanted > *size)
		return -1;
	memset(to, 'x', (size_t)wanted);
	*size = (size_t)wanted;
	return 0;
}

static void greet(char *to, size_t size, const char *name)
{
	snprintf(to, size, "hello %s", name);
}

static char *duplicate(const char *text)
{
	return text ? strdup(text) : NULL;
}

static const void *constant(size_t *size)
{
	*size = 3;
	return "a\0b";
}

/* ---- conventions ---- */

static int32_t fails(int32_t error)
{
	errno = error;
	return error ? -1 : 7;
}

static enum color status(enum color c, int32_t *out)
{
	*out = 1;
	return c;
}

static double inverse(double x)
{
	if (x == 0)
		errno = ERANGE;
	return 1 / x;
}

static const struct joist_export functions[] = {
	JOIST_FUNCTION(bool, same_bool, bool),
	JOIST_FUNCTION(int8_t, same_int8, int8_t),
	JOIST_FUNCTION(int16_t, same_int16, int16_t),
	JOIST_FUNCTION(int32_t, same_int32, int32_t),
	JOIST_FUNCTION(int64_t, same_int64, int64_t),
	JOIST_FUNCTION(uint8_t, same_uint8, uint8_t),
	JOIST_FUNCTION(uint16_t, same_uint16, uint16_t),
	JOIST_FUNCTION(uint32_t, same_uint32, uint32_t),
	JOIST_FUNCTION(uint64_t, same_uint64, uint64_t),
	JOIST_FUNCTION(size_t, same_size, size_t),
	JOIST_FUNCTION(float, same_float, float),
	JOIST_FUNCTION(double, same_double, double),
	JOIST_FUNCTION(const char *, same_string, const char *),
	JOIST_FUNCTION(joist_term, same_term, joist_term),
	JOIST_FUNCTION_AS("nullable", const char *, same_string,
			  JOIST_NULLABLE(const char *, joist_ctype_string)),
	JOIST_FUNCTION(void, nothing),
	JOIST_FUNCTION(int64_t, eight, int8_t, uint16_t, int32_t, uint64_t, float, double, bool,
		       int64_t),
	JOIST_FUNCTION(int64_t, who, struct joist_actor *, int64_t),
	JOIST_FUNCTION(JOIST_AS(enum color, color), same_color, JOIST_AS(enum color, color)),
	JOIST_FUNCTION(JOIST_AS(enum color, color), of_number, int32_t),
	JOIST_FUNCTION(JOIST_AS(struct point, point), middle, JOIST_AS(struct point, point),
		       JOIST_AS(struct point, point)),
	JOIST_FUNCTION(JOIST_AS(struct card, card), turned, JOIST_AS(struct card, card)),
	JOIST_FUNCTION(void, double_it, JOIST_INOUT(struct point *, point)),
	JOIST_FUNCTION(double, square_of, JOIST_IN(const struct point *, point)),
	JOIST_FUNCTION(void, divide, int32_t, int32_t, JOIST_OUT(int32_t *, joist_ctype_int32),
		       JOIST_OUT(int32_t *, joist_ctype_int32)),
	JOIST_FUNCTION(JOIST_IN(const struct point *, point), origin, bool),
	JOIST_FUNCTION(double, sum, JOIST_ITEMS(const double *, joist_ctype_double, 2),
		       JOIST_LENGTH(size_t)),
	JOIST_FUNCTION(uint16_t, squares, JOIST_ITEMS_OUT(uint16_t *, joist_ctype_uint16, 2),
		       JOIST_LENGTH(uint16_t)),
	JOIST_FUNCTION(void, negate, JOIST_ITEMS_INOUT(int32_t *, joist_ctype_int32, 2),
		       JOIST_LENGTH(uint32_t)),
	JOIST_FUNCTION(uint32_t, total, JOIST_BYTES(const void *, 2), JOIST_LENGTH(size_t)),
	JOIST_FUNCTION(int32_t, compare, JOIST_BYTES(const void *, 3), JOIST_BYTES(const void *, 3),
		       JOIST_LENGTH(size_t)),
	JOIST_FUNCTION(void, flip, JOIST_BYTES_INOUT(unsigned char *, 2), JOIST_LENGTH(uint8_t)),
	JOIST_FUNCTION_WITH(JOIST_F_STATUS, int32_t, produce, JOIST_BYTES_OUT(unsigned char *, 2),
			    JOIST_LENGTH_AT(size_t *, joist_ctype_uint64), int32_t),
	JOIST_FUNCTION(void, greet, JOIST_TEXT_OUT(char *, 2), JOIST_LENGTH(size_t), const char *),
	JOIST_FUNCTION_WITH(JOIST_F_ERRNO, int32_t, fails, int32_t),
	JOIST_FUNCTION_WITH(JOIST_F_STATUS, JOIST_AS(enum color, color), status,
			    JOIST_AS(enum color, color), JOIST_OUT(int32_t *, joist_ctype_int32)),
	JOIST_FUNCTION_WITH(JOIST_F_ERRNO, double, inverse, double),
};

/* What no macro says: who frees, and results that a parameter counts. */
static const struct joist_parameter duplicate_parameter = {
	&joist_ctype_string, "text", JOIST_P_NULLABLE, 0, 0, 0, NULL
};
static const struct joist_signature duplicate_signature = {
	.size = sizeof(struct joist_signature),
	.result = { .type = &joist_ctype_string, .free_it = free },
	.parameters = &duplicate_parameter,
	.count = 1,
};
static const struct joist_ctype counter = { .name = "count",
					    .kind = JOIST_C_POINTER,
					    .of = &joist_ctype_uint64 };
static const struct joist_parameter constant_parameter = {
	&counter, NULL, JOIST_P_LENGTH | JOIST_P_OUT, 0, 0, 0, NULL
};
static const struct joist_signature constant_signature = {
	.size = sizeof(struct joist_signature),
	.result = { .type = &joist_ctype_bytes, .length = 1 },
	.parameters = &constant_parameter,
	.count = 1,
};
static const struct joist_parameter snprintf_parameters[] = {
	{ &joist_ctype_string, NULL, JOIST_P_OUT | JOIST_P_ROOM, 2, 0, 0, NULL },
	{ &joist_ctype_uint64, NULL, JOIST_P_LENGTH, 0, 0, 0, NULL },
	{ &joist_ctype_string, NULL, 0, 0, 0, 0, NULL },
	{ &joist_ctype_int32, NULL, 0, 0, 0, 0, NULL },
	{ &joist_ctype_double, NULL, 0, 0, 0, 0, NULL },
};
static const struct joist_signature snprintf_signature = {
	.size = sizeof(struct joist_signature),
	.result = { .type = &joist_ctype_int32 },
	.parameters = snprintf_parameters,
	.count = 5,
	.fixed = 3,
};
static const struct joist_export by_hand[] = {
	{ "duplicate",
	  JOIST_EXPORT_TYPED,
	  1,
	  (void (*)(void))duplicate,
	  NULL,
	  &duplicate_signature,
	  0,
	  { NULL, NULL } },
	{ "constant",
	  JOIST_EXPORT_TYPED,
	  0,
	  (void (*)(void))constant,
	  NULL,
	  &constant_signature,
	  0,
	  { NULL, NULL } },
	{ "snprintf",
	  JOIST_EXPORT_TYPED,
	  4,
	  (void (*)(void))snprintf,
	  NULL,
	  &snprintf_signature,
	  0,
	  { NULL, NULL } },
};

static const struct joist_export *find(const char *name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (!strcmp(functions[i].name, name))
			return &functions[i];
	for (size_t i = 0; i < sizeof(by_hand) / sizeof(*by_hand); i++)
		if (!strcmp(by_hand[i].name, name))
			return &by_hand[i];
	test_fail(__FILE__, __LINE__, "no function %s", name);
	return NULL;
}

/* The outcome of a call by Erlang text, as Erlang text. */
static const char *outcome(struct joist_actor *self, const char *name, const char *arguments)
{
	const struct joist_export *export = find(name);
	struct typed_mistake mistake;
	struct typed *typed = typed_prepare(export->data, export->code, &mistake);
	joist_term items[JOIST_PARAMETERS_MAX], list = joist_parse(self, arguments, NULL), value;

	if (!typed)
		test_fail(__FILE__, __LINE__, "%s: parameter %d %s", name, mistake.parameter,
			  mistake.what);
	CHECK(typed_arity(typed) == export->arity);
	CHECK(joist_list_size(list) == export->arity);
	for (size_t i = 0; joist_list_next(&list, &items[i]); i++)
		;
	value = typed_call(self, typed, items);
	typed_free(typed);
	return joist_format(self, value);
}

struct row {
	const char *name, *arguments, *outcome;
};

static const struct row right[] = {
	{ "same_bool", "[true]", "true" },
	{ "same_bool", "[false]", "false" },
	{ "same_int8", "[-128]", "-128" },
	{ "same_int8", "[127]", "127" },
	{ "same_int16", "[-32768]", "-32768" },
	{ "same_int16", "[32767]", "32767" },
	{ "same_int32", "[-2147483648]", "-2147483648" },
	{ "same_int32", "[2147483647]", "2147483647" },
	{ "same_int64", "[-9223372036854775808]", "-9223372036854775808" },
	{ "same_int64", "[9223372036854775807]", "9223372036854775807" },
	{ "same_uint8", "[0]", "0" },
	{ "same_uint8", "[255]", "255" },
	{ "same_uint16", "[65535]", "65535" },
	{ "same_uint32", "[4294967295]", "4294967295" },
	{ "same_uint64", "[18446744073709551615]", "18446744073709551615" },
	{ "same_size", "[18446744073709551615]", "18446744073709551615" },
	{ "same_float", "[0.5]", "0.5" },
	{ "same_float", "[-3]", "-3.0" },
	{ "same_float", "['-infinity']", "'-infinity'" },
	{ "same_double", "[0.1]", "0.1" },
	{ "same_double", "[nan]", "nan" },
	{ "same_double", "[infinity]", "infinity" },
	{ "same_double", "[7]", "7.0" },
	{ "same_string", "[<<\"hello\">>]", "<<\"hello\">>" },
	{ "same_string", "[<<>>]", "<<>>" },
	{ "nullable", "[null]", "null" },
	{ "same_term", "[{a, [1 | b]}]", "{a,[1|b]}" },
	{ "nothing", "[]", "ok" },
	{ "eight", "[-1, 2, -3, 4, 5.0, 6.0, true, 8]", "22" },
	{ "who", "[3]", "3" },
	{ "same_color", "[green]", "green" },
	{ "same_color", "[blue]", "blue" },
	{ "of_number", "[5]", "green" },
	{ "of_number", "[6]", "6" },
	{ "middle", "[#{x => 0, y => 1.5}, #{x => 2, y => 0.5}]", "#{x => 1.0,y => 1.0}" },
	{ "double_it", "[#{x => 1, y => -2}]", "#{x => 2.0,y => -4.0}" },
	{ "square_of", "[#{x => 3, y => 4}]", "25.0" },
	{ "divide", "[17, 5]", "{3,2}" },
	{ "origin", "[true]", "#{x => 0.0,y => 1.0}" },
	{ "origin", "[false]", "null" },
	{ "sum", "[[1, 2.5, 3]]", "6.5" },
	{ "sum", "[[]]", "0.0" },
	{ "squares", "[4]", "{4,[0,1,4,9]}" },
	{ "squares", "[0]", "{0,[]}" },
	{ "negate", "[[1, -2]]", "[-1,2]" },
	{ "total", "[<<1, 2, 255>>]", "258" },
	{ "total", "[<<>>]", "0" },
	{ "compare", "[<<1, 2>>, <<1, 2>>]", "0" },
	{ "flip", "[<<0, 255>>]", "<<255,0>>" },
	{ "produce", "[4, 0]", "{ok,<<>>}" },
	{ "produce", "[4, 1]", "{ok,<<\"x\">>}" },
	{ "produce", "[4, 3]", "{ok,<<\"xxx\">>}" },
	{ "produce", "[4, 4]", "{ok,<<\"xxxx\">>}" },
	{ "produce", "[4, 5]", "{error,-1}" },
	{ "greet", "[12, <<\"you\">>]", "<<\"hello you\">>" },
	{ "greet", "[6, <<\"you\">>]", "<<\"hello\">>" },
	{ "greet", "[0, <<\"you\">>]", "<<>>" },
	{ "duplicate", "[<<\"text\">>]", "<<\"text\">>" },
	{ "duplicate", "[null]", "null" },
	{ "constant", "[]", "<<97,0,98>>" },
	{ "snprintf", "[20, <<\"%d %.2f\">>, 7, 0.5]", "{6,<<\"7 0.50\">>}" },
	{ "fails", "[0]", "{ok,7}" },
	{ "fails", "[2]", "{error,enoent}" },
	{ "fails", "[22]", "{error,einval}" },
	{ "status", "[red]", "{ok,1}" },
	{ "status", "[green]", "{error,green}" },
	{ "inverse", "[2]", "{ok,0.5}" },
	{ "inverse", "[0]", "{error,erange}" },
};

/* Of each the reason in {error, {badarg, Reason}}. */
static const struct row wrong[] = {
	{ "same_bool", "[1]", "#{argument => 1,expected => bool,got => 1}" },
	{ "same_bool", "[perhaps]", "#{argument => 1,expected => bool,got => perhaps}" },
	{ "same_int8", "[128]", "#{argument => 1,expected => int8,got => 128}" },
	{ "same_int8", "[-129]", "#{argument => 1,expected => int8,got => -129}" },
	{ "same_int8", "[1.0]", "#{argument => 1,expected => int8,got => 1.0}" },
	{ "same_int8", "[a]", "#{argument => 1,expected => int8,got => a}" },
	{ "same_int16", "[32768]", "#{argument => 1,expected => int16,got => 32768}" },
	{ "same_int16", "[-32769]", "#{argument => 1,expected => int16,got => -32769}" },
	{ "same_int32", "[2147483648]", "#{argument => 1,expected => int32,got => 2147483648}" },
	{ "same_int32", "[-2147483649]", "#{argument => 1,expected => int32,got => -2147483649}" },
	{ "same_int64", "[9223372036854775808]",
	  "#{argument => 1,expected => int64,got => 9223372036854775808}" },
	{ "same_int64", "[-9223372036854775809]",
	  "#{argument => 1,expected => int64,got => -9223372036854775809}" },
	{ "same_uint8", "[256]", "#{argument => 1,expected => uint8,got => 256}" },
	{ "same_uint8", "[-1]", "#{argument => 1,expected => uint8,got => -1}" },
	{ "same_uint16", "[65536]", "#{argument => 1,expected => uint16,got => 65536}" },
	{ "same_uint16", "[-1]", "#{argument => 1,expected => uint16,got => -1}" },
	{ "same_uint32", "[4294967296]", "#{argument => 1,expected => uint32,got => 4294967296}" },
	{ "same_uint32", "[-1]", "#{argument => 1,expected => uint32,got => -1}" },
	{ "same_uint64", "[18446744073709551616]",
	  "#{argument => 1,expected => uint64,got => 18446744073709551616}" },
	{ "same_uint64", "[-1]", "#{argument => 1,expected => uint64,got => -1}" },
	{ "same_size", "[-1]", "#{argument => 1,expected => uint64,got => -1}" },
	{ "same_float", "[1.0e300]", "#{argument => 1,expected => float,got => 1.0e300}" },
	{ "same_float", "[<<1>>]", "#{argument => 1,expected => float,got => <<1>>}" },
	{ "same_double", "[one]", "#{argument => 1,expected => double,got => one}" },
	{ "same_string", "[\"list\"]", "#{argument => 1,expected => string,got => \"list\"}" },
	{ "same_string", "[text]", "#{argument => 1,expected => string,got => text}" },
	{ "same_string", "[null]", "#{argument => 1,expected => string,got => null}" },
	{ "same_string", "[<<1:3>>]", "#{argument => 1,expected => string,got => <<1:3>>}" },
	{ "same_string", "[<<97, 0, 98>>]",
	  "#{argument => 1,expected => string,got => <<97,0,98>>,reason => zero_byte}" },
	{ "nullable", "[undefined]", "#{argument => 1,expected => string,got => undefined}" },
	{ "eight", "[-1, 2, -3, -4, 5.0, 6.0, true, 8]",
	  "#{argument => 4,expected => uint64,got => -4}" },
	{ "who", "[a]", "#{argument => 1,expected => int64,got => a}" },
	{ "same_color", "[pink]", "#{argument => 1,expected => color,got => pink}" },
	{ "same_color", "[5]", "#{argument => 1,expected => color,got => 5}" },
	{ "middle", "[#{x => 0, y => 1}, point]",
	  "#{argument => 2,expected => point,got => point}" },
	{ "middle", "[#{x => 0, y => 1}, #{x => 1}]",
	  "#{argument => 2,at => [y],expected => point,got => #{x => 1},reason => missing}" },
	{ "middle", "[#{x => 0, y => 1, z => 2}, #{x => 1, y => 1}]",
	  "#{argument => 1,expected => point,got => #{x => 0,y => 1,z => 2},"
	  "reason => unknown_field}" },
	{ "middle", "[#{x => 0, y => up}, #{x => 1, y => 1}]",
	  "#{argument => 1,at => [y],expected => double,got => up}" },
	{ "double_it", "[[]]", "#{argument => 1,expected => point,got => []}" },
	{ "square_of", "[null]", "#{argument => 1,expected => point,got => null}" },
	{ "divide", "[17, 2147483648]", "#{argument => 2,expected => int32,got => 2147483648}" },
	{ "sum", "[[1, 2, a]]", "#{argument => 1,at => [3],expected => double,got => a}" },
	{ "sum", "[[1 | 2]]", "#{argument => 1,expected => list,got => [1|2]}" },
	{ "sum", "[{1}]", "#{argument => 1,expected => list,got => {1}}" },
	{ "squares", "[65536]",
	  "#{argument => 1,expected => list,got => 65536,reason => too_long}" },
	{ "squares", "[-1]", "#{argument => 1,expected => uint16,got => -1}" },
	{ "squares", "[all]", "#{argument => 1,expected => uint16,got => all}" },
	{ "total", "[[1, 2]]", "#{argument => 1,expected => bytes,got => [1,2]}" },
	{ "total", "[<<5:4>>]", "#{argument => 1,expected => bytes,got => <<5:4>>}" },
	{ "total", "[null]", "#{argument => 1,expected => bytes,got => null}" },
	{ "compare", "[<<1>>, <<1, 2>>]",
	  "#{argument => 2,expected => bytes,got => <<1,2>>,reason => length}" },
	{ "produce", "[1073741825, 1]",
	  "#{argument => 1,expected => uint64,got => 1073741825,reason => too_long}" },
	{ "produce", "[4, none]", "#{argument => 2,expected => int32,got => none}" },
	{ "greet", "[-1, <<\"you\">>]", "#{argument => 1,expected => uint64,got => -1}" },
	{ "greet", "[12, you]", "#{argument => 2,expected => string,got => you}" },
	{ "snprintf", "[20, <<\"%d %f\">>, 2147483648, 0.5]",
	  "#{argument => 3,expected => int32,got => 2147483648}" },
	{ "fails", "[zero]", "#{argument => 1,expected => int32,got => zero}" },
	{ "status", "[0]", "#{argument => 1,expected => color,got => 0}" },
	{ "inverse", "[minus]", "#{argument => 1,expected => double,got => minus}" },
	{ "duplicate", "[\"text\"]", "#{argument => 1,expected => string,got => \"text\"}" },
};

static void run_right(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++)
		CHECK_STR(outcome(self, right[i].name, right[i].arguments), right[i].outcome);
}

static void run_wrong(struct joist_actor *self, joist_term args)
{
	char expected[300];
	int before = entered;

	(void)args;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		snprintf(expected, sizeof(expected), "{error,{badarg,%s}}", wrong[i].outcome);
		CHECK_STR(outcome(self, wrong[i].name, wrong[i].arguments), expected);
	}
	CHECK(entered == before);
}

/* Structs in structs, there and back. */
static void run_cards(struct joist_actor *self, joist_term args)
{
	const char *answer =
		outcome(self, "turned",
			"[#{name => <<\"ace\">>, bytes => [1, 2, 3, 255], n => 9, color => blue, "
			"text => <<\"long\">>, points => [#{x => 1, y => 2}, #{x => 3, y => 4}]}]");

	(void)args;
	CHECK_STR(answer, "#{bytes => [1,2,3,255],color => blue,n => -9,name => <<\"ace\">>,"
			  "points => [#{x => 4.0,y => 2.0},#{x => 3.0,y => 4.0}],"
			  "text => <<\"long\">>}");
	answer =
		outcome(self, "turned",
			"[#{name => <<\"ace\">>, bytes => [1, 2, 3, 256], n => 9, color => blue, "
			"text => <<\"long\">>, points => [#{x => 1, y => 2}, #{x => 3, y => 4}]}]");
	CHECK_STR(answer, "{error,{badarg,#{argument => 1,at => [bytes,4],expected => uint8,"
			  "got => 256}}}");
	answer = outcome(
		self, "turned",
		"[#{name => <<\"too long a name\">>, bytes => [1, 2, 3, 5], n => 9, color => blue, "
		"text => <<\"long\">>, points => [#{x => 1, y => 2}, #{x => 3, y => 4}]}]");
	CHECK_STR(answer, "{error,{badarg,#{argument => 1,at => [name],expected => chars8,"
			  "got => <<\"too long a name\">>,reason => too_long}}}");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(run_right), STAGE_LOOP(run_wrong), STAGE_LOOP(run_cards), { 0 }
};

TEST(terms_that_fit_are_called_with)
{
	stage_run(exports, 1, "run_right");
}

TEST(terms_that_do_not_fit_are_not_called_with)
{
	stage_run(exports, 1, "run_wrong");
}

TEST(structs_hold_structs_arrays_and_texts)
{
	stage_run(exports, 1, "run_cards");
}
