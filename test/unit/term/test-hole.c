/* Holes by their type. */
#include "vm/term/hole.h"

#include <math.h>

#include "test/harness.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/order.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

/* That a value becomes a term that is read as the same value, and equals it. */
static void round_check(enum joist_hole type, const void *value)
{
	struct arena a = { 0 };
	union hole_value read;
	union {
		union hole_value value;
		char bytes[sizeof(union hole_value) + 1];
	} stored;

	joist_term t = hole_term(&a, type, value);
	CHECK(!joist_is_none(t) && !hole_is_wrong(type, value));
	CHECK(hole_read(type, t, &read));
	hole_store(type, &read, &stored);
	CHECK(hole_equals(type, t, &stored));
	CHECK(hole_equals(type, t, value));
	CHECK(!hole_equals(type, TERM_NIL, value));
	finish(&a);
}

TEST_LEAK_FREE(every_type_and_back)
{
	static char text[100];
	struct arena a = { 0 };
	joist_term tuple = term_tuple_of(&a, TERM_NIL);

	round_check(JOIST_HOLE_INT32, &(int32_t){ INT32_MIN });
	round_check(JOIST_HOLE_INT64, &(int64_t){ INT64_MIN });
	round_check(JOIST_HOLE_UINT32, &(uint32_t){ UINT32_MAX });
	round_check(JOIST_HOLE_UINT64, &(uint64_t){ UINT64_MAX });
	round_check(JOIST_HOLE_DOUBLE, &(double){ -0.5 });
	round_check(JOIST_HOLE_BOOL, &(bool){ true });
	round_check(JOIST_HOLE_PID, &(joist_pid){ .id = 5 });
	round_check(JOIST_HOLE_REF, &(joist_ref){ .count = 3, .id = { 1, 2, 3 } });
	round_check(JOIST_HOLE_ATOM, &ATOM_NAME(ok));
	round_check(JOIST_HOLE_BYTES, &(struct joist_bytes){ text, 100 });
	round_check(JOIST_HOLE_BYTES, &(struct joist_bytes){ NULL, 0 });
	round_check(JOIST_HOLE_TERM, &tuple);
	finish(&a);
}

TEST(out_of_range_is_not_read)
{
	union hole_value value;

	CHECK(!hole_read(JOIST_HOLE_INT32, term_small((int64_t)INT32_MAX + 1), &value));
	CHECK(!hole_read(JOIST_HOLE_INT32, term_small((int64_t)INT32_MIN - 1), &value));
	CHECK(!hole_read(JOIST_HOLE_UINT32, term_small(-1), &value));
	CHECK(!hole_read(JOIST_HOLE_UINT32, term_small((int64_t)UINT32_MAX + 1), &value));
	CHECK(!hole_read(JOIST_HOLE_TERM, TERM_NONE, &value));
	CHECK(!hole_read(JOIST_HOLE_END, TERM_NIL, &value));
}

TEST_LEAK_FREE(values_that_are_no_terms)
{
	struct arena a = { 0 };

	CHECK(hole_is_wrong(JOIST_HOLE_DOUBLE, &(double){ NAN }));
	CHECK(hole_is_wrong(JOIST_HOLE_PID, &(joist_pid){ 0 }));
	CHECK(hole_is_wrong(JOIST_HOLE_REF, &(joist_ref){ 0 }));
	CHECK(hole_is_wrong(JOIST_HOLE_REF, &(joist_ref){ .count = 7 }));
	CHECK(hole_is_wrong(JOIST_HOLE_ATOM, &(joist_atom){ 0 }));
	CHECK(hole_is_wrong(JOIST_HOLE_TERM, &TERM_NONE));
	CHECK(!hole_is_wrong(JOIST_HOLE_INT32, &(int32_t){ 0 }));
	CHECK(joist_is_none(hole_term(&a, JOIST_HOLE_DOUBLE, &(double){ INFINITY })));
	finish(&a);
}
