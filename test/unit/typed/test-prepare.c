/* Signatures with a mistake each, and what is said of it. */
#include <joist/typed.h>

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/typed/typed.h"

static const struct joist_ctype to_int = { .name = "int *",
					   .kind = JOIST_C_POINTER,
					   .of = &joist_ctype_int32 };
static const struct joist_ctype to_nothing = { .name = "void *", .kind = JOIST_C_POINTER };
static const struct joist_ctype unknown = { .name = "odd", .kind = 99 };
static const struct joist_ctype nameless = { .name = "e", .kind = JOIST_C_ENUM };
static const struct joist_ctype chars = { .name = "chars", .kind = JOIST_C_CHARS, .count = 4 };
static const struct joist_ctype items = { .name = "items",
					  .kind = JOIST_C_ARRAY,
					  .of = &joist_ctype_int32 };
static const struct joist_ctype of_bytes = { .name = "list",
					     .kind = JOIST_C_ARRAY,
					     .of = &joist_ctype_bytes };
static const struct joist_ctype fieldless = { .name = "s", .kind = JOIST_C_STRUCT, .bytes = 8 };
static const struct joist_field far_field = { "x", &joist_ctype_int32, 6 };
static const struct joist_ctype small = {
	.name = "s", .kind = JOIST_C_STRUCT, .bytes = 8, .count = 1, .fields = &far_field
};
static const struct joist_field one_field = { "x", &joist_ctype_int32, 0 };
static const struct joist_ctype partly = {
	.name = "partly", .kind = JOIST_C_STRUCT, .bytes = 24, .count = 1, .fields = &one_field
};
extern const struct joist_ctype circle;
static const struct joist_field circle_field = { "in", &circle, 0 };
const struct joist_ctype circle = {
	.name = "circle", .kind = JOIST_C_STRUCT, .count = 1, .fields = &circle_field
};

#define P(type_, flags_, length_)                                                                  \
	{                                                                                          \
		.type = &type_, .flags = flags_, .length = length_                                 \
	}

static const struct row {
	struct joist_parameter result, parameters[3];
	uint16_t count, fixed;
	uint32_t flags;
	int parameter;
	const char *what;
} rows[] = {
	{ P(joist_ctype_void, 0, 0), { P(joist_ctype_void, 0, 0) }, 1, 0, 0, 1, "as void" },
	{ P(joist_ctype_void, 0, 0), { P(chars, 0, 0) }, 1, 0, 0, 1, "as chars" },
	{ P(joist_ctype_void, 0, 0), { P(unknown, 0, 0) }, 1, 0, 0, 1, "unknown type" },
	{ P(joist_ctype_void, 0, 0), { { 0 } }, 1, 0, 0, 1, "unknown type" },
	{ P(joist_ctype_void, 0, 0), { P(circle, 0, 0) }, 1, 0, 0, 1, "too deep" },
	{ P(joist_ctype_void, 0, 0), { P(nameless, 0, 0) }, 1, 0, 0, 1, "has no names" },
	{ P(joist_ctype_void, 0, 0), { P(fieldless, 0, 0) }, 1, 0, 0, 1, "has no fields" },
	{ P(joist_ctype_void, 0, 0), { P(small, 0, 0) }, 1, 0, 0, 1, "s.x lies outside s" },
	{ P(joist_ctype_void, 0, 0), { P(of_bytes, 0, 0) }, 1, 0, 0, 1, "array of what none" },
	{ P(joist_ctype_void, 0, 0), { P(joist_ctype_int8, 1 << 20, 0) }, 1, 0, 0, 1, "flag" },
	{ P(joist_ctype_void, 0, 0), { P(joist_ctype_int8, JOIST_P_OUT, 0) }, 1, 0, 0, 1, "out" },
	{ P(joist_ctype_void, 0, 0), { P(to_nothing, JOIST_P_OUT, 0) }, 1, 0, 0, 1, "no pointer" },
	{ P(joist_ctype_void, 0, 0), { P(joist_ctype_bytes, 0, 0) }, 1, 0, 0, 1, "has no length" },
	{ P(joist_ctype_void, 0, 0), { P(items, 0, 0) }, 1, 0, 0, 1, "has no length" },
	{ P(joist_ctype_void, 0, 0),
	  { P(joist_ctype_bytes, 0, 2), P(joist_ctype_int8, 0, 0) },
	  2,
	  0,
	  0,
	  1,
	  "no length" },
	{ P(joist_ctype_void, 0, 0), { P(joist_ctype_bytes, 0, 9) }, 1, 0, 0, 1, "no length" },
	{ P(joist_ctype_void, 0, 0),
	  { P(joist_ctype_bytes, 0, 2), P(joist_ctype_double, JOIST_P_LENGTH, 0) },
	  2,
	  0,
	  0,
	  1,
	  "no integer" },
	{ P(joist_ctype_void, 0, 0),
	  { P(joist_ctype_bytes, JOIST_P_OUT, 2), P(joist_ctype_uint64, JOIST_P_LENGTH, 0) },
	  2,
	  0,
	  0,
	  1,
	  "has no room" },
	{ P(joist_ctype_void, 0, 0),
	  { P(joist_ctype_string, JOIST_P_INOUT, 2), P(joist_ctype_uint64, JOIST_P_LENGTH, 0) },
	  2,
	  0,
	  0,
	  1,
	  "read and written" },
	{ P(joist_ctype_void, 0, 0),
	  { P(joist_ctype_bytes, JOIST_P_OUT | JOIST_P_ROOM | JOIST_P_USED, 2),
	    P(joist_ctype_uint64, JOIST_P_LENGTH, 0) },
	  2,
	  0,
	  0,
	  1,
	  "no integer" },
	{ P(joist_ctype_void, 0, 0), { P(to_int, JOIST_P_ROOM, 0) }, 1, 0, 0, 1, "no buffer" },
	{ P(joist_ctype_void, 0, 0),
	  { P(joist_ctype_int8, JOIST_P_LENGTH, 0) },
	  1,
	  0,
	  0,
	  1,
	  "counts nothing" },
	{ P(joist_ctype_void, 0, 0),
	  { P(joist_ctype_int32, 0, 0), P(joist_ctype_float, 0, 0) },
	  2,
	  1,
	  0,
	  2,
	  "too small" },
	{ P(joist_ctype_bytes, 0, 0), { { 0 } }, 0, 0, 0, 0, "has no length" },
	{ P(to_nothing, 0, 0), { { 0 } }, 0, 0, 0, 0, "not known" },
	{ P(joist_ctype_state, 0, 0), { { 0 } }, 0, 0, 0, 0, "cannot be state" },
	{ P(joist_ctype_double, 0, 0), { { 0 } }, 0, 0, JOIST_F_STATUS, 0, "no status" },
	{ P(joist_ctype_void, 0, 0), { P(partly, 0, 0) }, 1, 0, 0, -1, "other members" },
	{ P(partly, 0, 0), { { 0 } }, 0, 0, 0, -1, "other members" },
	{ P(joist_ctype_void, 0, 0), { { 0 } }, 17, 0, 0, -1, "17 parameters" },
	{ P(joist_ctype_void, 0, 0), { { 0 } }, 0, 1, 0, -1, "fewer parameters" },
};

static struct joist_signature signature_of(const struct row *row)
{
	return (struct joist_signature){
		.size = sizeof(struct joist_signature),
		.flags = row->flags,
		.result = row->result,
		.parameters = row->parameters,
		.count = row->count,
		.fixed = row->fixed,
	};
}

static void code(void)
{
}

TEST_LEAK_FREE(a_mistake_is_told_with_its_place)
{
	struct typed_mistake mistake;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct joist_signature signature = signature_of(&rows[i]);

		if (typed_prepare(&signature, code, &mistake))
			test_fail(__FILE__, __LINE__, "row %zu is prepared", i);
		if (!strstr(mistake.what, rows[i].what) || mistake.parameter != rows[i].parameter)
			test_fail(__FILE__, __LINE__, "row %zu: parameter %d %s", i,
				  mistake.parameter, mistake.what);
	}
}

TEST(an_old_signature_is_too_small)
{
	struct joist_signature signature = signature_of(&rows[0]);
	struct typed_mistake mistake;

	signature.size = 8;
	CHECK(!typed_prepare(&signature, code, &mistake) && mistake.parameter == -1);
	CHECK(strstr(mistake.what, "8 bytes"));
}

TEST_LEAK_FREE(short_memory_is_no_mistake)
{
	static const struct joist_parameter parameters[2] = { P(partly, 0, 0), P(to_int, 0, 0) };
	const struct joist_signature signature = { .size = sizeof(signature),
						   .result = P(joist_ctype_int32, 0, 0),
						   .parameters = &parameters[1],
						   .count = 1 };
	struct typed_mistake mistake;
	struct typed *typed = NULL;

	for (int nth = 1; !typed; nth++) {
		heap_fail(nth, true);
		typed = typed_prepare(&signature, code, &mistake);
		heap_fail(0, false);
		CHECK(!mistake.what[0]);
	}
	CHECK_INT(typed_arity(typed), 1);
	typed_free(typed);
}
