/* C values out of terms. */
#include "vm/term/get.h"

#include "test/harness.h"

static uint64_t memory[256];

static struct arena space(void)
{
	return arena_over(memory, 256);
}

TEST(integers_in_range)
{
	struct arena a = space();
	int64_t i = 0;
	uint64_t u = 0;

	CHECK(get_int64(term_int(&a, INT64_MIN), &i) && i == INT64_MIN);
	CHECK(get_int64(term_int(&a, INT64_MAX), &i) && i == INT64_MAX);
	CHECK(get_int64(term_small(-1), &i) && i == -1);
	CHECK(!get_int64(term_uint(&a, (uint64_t)INT64_MAX + 1), &i) && i == -1);
	uint64_t limb = (1ull << 63) + 1;
	CHECK(!get_int64(term_big(&a, true, &limb, 1), &i));
	CHECK(get_uint64(term_uint(&a, UINT64_MAX), &u) && u == UINT64_MAX);
	CHECK(get_uint64(term_small(0), &u) && u == 0);
	CHECK(!get_uint64(term_small(-1), &u) && !get_uint64(TERM_NIL, &u));
	CHECK(!get_uint64(term_big(&a, false, (uint64_t[]){ 0, 1 }, 2), &u));
	CHECK(!get_int64(term_float(&a, 1.0), &i) && !get_int64(TERM_NONE, &i));
}

TEST(floats_and_what_is_near)
{
	struct arena a = space();
	uint64_t limbs[17] = { [16] = 1 };
	double d;

	CHECK(get_double(term_float(&a, 1.5), &d) && d == 1.5);
	CHECK(get_double(term_small(-2), &d) && d == -2);
	CHECK(!get_double(term_big(&a, false, limbs, 17), &d));
	CHECK(!get_double(ATOM(ok), &d) && !get_double(TERM_NONE, &d));
}

TEST(identities)
{
	struct arena a = space();
	joist_pid pid;
	joist_ref ref;

	CHECK(get_pid(term_pid_local(pid_local(3, 4)), &pid));
	CHECK(joist_pid_equal(pid, pid_local(3, 4)));
	CHECK(get_pid(term_pid(&a, (joist_pid){ .id = 9, .node = 2 }), &pid));
	CHECK(pid.id == 9 && pid.node == 2);
	CHECK(!get_pid(ATOM(ok), &pid) && !get_pid(TERM_NONE, &pid));
	joist_ref odd = { .node = 1, .count = 3, .id = { 1, 2, 3 } };
	CHECK(get_ref(term_ref(&a, odd), &ref));
	CHECK(ref.node == 1 && ref.count == 3 && ref.id[2] == 3 && ref.id[3] == 0);
	CHECK(!get_ref(TERM_NIL, &ref));
}

TEST(atoms)
{
	bool b;
	joist_atom atom;

	CHECK(get_bool(ATOM(true), &b) && b);
	CHECK(get_bool(ATOM(false), &b) && !b);
	CHECK(!get_bool(ATOM(ok), &b) && !get_bool(term_small(1), &b));
	CHECK(get_atom(ATOM(ok), &atom) && atom_equal(atom, ATOM_NAME(ok)));
	CHECK(!get_atom(TERM_NIL, &atom));
}
