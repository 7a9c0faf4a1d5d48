/* Comparing numbers. */
#include "vm/term/number.h"

#include <math.h>

#include "test/harness.h"

static uint64_t memory[4096];

static struct arena space(void)
{
	return arena_over(memory, 4096);
}

/* That `a` is less than `b`, both ways. */
static void less(joist_term a, joist_term b)
{
	CHECK(number_compare(a, b, false) < 0);
	CHECK(number_compare(b, a, false) > 0);
}

TEST(integers_and_floats_mix)
{
	struct arena a = space();

	less(term_small(1), term_float(&a, 1.5));
	less(term_float(&a, -1.5), term_small(-1));
	less(term_small(-2), term_float(&a, -1.5));
	CHECK_INT(number_compare(term_small(1), term_float(&a, 1.0), false), 0);
	CHECK_INT(number_compare(term_small(0), term_float(&a, -0.0), false), 0);
}

TEST(nothing_is_rounded)
{
	struct arena a = space();
	int64_t two53 = INT64_C(1) << 53;

	less(term_float(&a, 9007199254740992.0), term_small(two53 + 1));
	less(term_small(two53 - 1), term_float(&a, 9007199254740992.0));
	CHECK_INT(number_compare(term_small(two53), term_float(&a, 9007199254740992.0), false), 0);
	less(term_float(&a, 0x1p60), term_int(&a, (INT64_C(1) << 60) + 1));
	less(term_int(&a, -(INT64_C(1) << 60) - 1), term_float(&a, -0x1p60));
	CHECK_INT(number_compare(term_int(&a, INT64_C(1) << 60), term_float(&a, 0x1p60), false), 0);
	less(term_small(TERM_INT_MAX), term_float(&a, 0x1p60));
}

TEST(very_large_ones)
{
	struct arena a = space();
	uint64_t limbs[17] = { 0 };

	limbs[4] = 1; /* 2^256 */
	joist_term big = term_big(&a, false, limbs, 5);
	CHECK_INT(number_compare(big, term_float(&a, 0x1p256), false), 0);
	limbs[0] = 1;
	less(term_float(&a, 0x1p256), term_big(&a, false, limbs, 5));
	less(term_big(&a, true, limbs, 5), term_float(&a, -0x1p256));
	less(big, term_big(&a, false, limbs, 5));
	less(term_big(&a, true, limbs, 5), big);
	limbs[16] = 1; /* beyond all doubles */
	less(term_float(&a, 1.7976931348623157e308), term_big(&a, false, limbs, 17));
	less(term_float(&a, 1.5), big);
	less(term_big(&a, true, limbs, 5), term_float(&a, -1.5));
}

TEST(as_keys_integers_come_first)
{
	struct arena a = space();

	CHECK(number_compare(term_small(9), term_float(&a, 1.0), true) < 0);
	CHECK(number_compare(term_float(&a, 1.0), term_small(9), true) > 0);
	CHECK(number_compare(term_float(&a, -0.0), term_float(&a, 0.0), true) < 0);
	CHECK_INT(number_compare(term_float(&a, -0.0), term_float(&a, 0.0), false), 0);
	CHECK_INT(number_compare(term_float(&a, 2.5), term_float(&a, 2.5), true), 0);
}

TEST(the_nearest_double)
{
	struct arena a = space();
	uint64_t limbs[40] = { 1, UINT64_C(1) << 53 };

	CHECK(integer_to_double(term_small(-3)) == -3.0);
	CHECK(integer_to_double(term_small(0)) == 0.0);
	CHECK(integer_to_double(term_uint(&a, UINT64_MAX)) == 0x1p64);
	/* 2^117 + 2^64 lies between two doubles: to even; with one bit more, up. */
	limbs[0] = 0;
	limbs[1] |= 1;
	CHECK(integer_to_double(term_big(&a, false, limbs, 2)) == 0x1p117 + 0x1p65 ||
	      integer_to_double(term_big(&a, false, limbs, 2)) == 0x1p117 + 0x1p64);
	limbs[0] = 0x1800;
	limbs[1] = UINT64_C(1) << 63;
	CHECK(integer_to_double(term_big(&a, true, limbs, 2)) == -0x1p127);
	limbs[39] = 1;
	CHECK(isinf(integer_to_double(term_big(&a, false, limbs, 40))));
}
