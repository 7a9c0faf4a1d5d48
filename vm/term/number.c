/* Numbers side by side. A float that is compared with a large integer is itself written as limbs, so
 * that no rounding decides. Pure; any thread. */
#include "vm/term/number.h"

#include <math.h>
#include <string.h>

/* A finite double has at most 1024 bits before its point. */
#define DOUBLE_LIMBS 17

struct integer integer_of(joist_term t, uint64_t *space)
{
	if (term_is_int(t)) {
		int64_t value = int_value(t);
		*space = value < 0 ? -(uint64_t)value : (uint64_t)value;
		return (struct integer){ value < 0, value != 0, space };
	}
	const uint64_t *box = term_box(t);
	uint64_t extra = box_extra(*box);
	return (struct integer){ extra & 1, extra / 2, box + 1 };
}

/* Rounded once, to even: of all limbs below the upper two only whether there is a bit matters. */
double integer_to_double(joist_term t)
{
	uint64_t space;
	struct integer i = integer_of(t, &space);
	uint64_t high = i.count ? i.limbs[i.count - 1] : 0;
	size_t below = i.count ? i.count - 1 : 0;

	if (below) {
		int shift = __builtin_clzll(high);
		uint64_t next = i.limbs[below - 1];
		bool rest = shift ? next << shift != 0 : next != 0;
		if (shift)
			high = high << shift | next >> (64 - shift);
		for (size_t k = 0; k + 1 < below && !rest; k++)
			rest = i.limbs[k] != 0;
		high |= rest;
		if (below > DOUBLE_LIMBS)
			return i.negative ? -HUGE_VAL : HUGE_VAL;
		double d = ldexp((double)high, (int)below * 64 - shift);
		return i.negative ? -d : d;
	}
	return i.negative ? -(double)high : (double)high;
}

static int magnitude_compare(struct integer a, struct integer b)
{
	if (a.count != b.count)
		return a.count < b.count ? -1 : 1;
	for (size_t i = a.count; i-- > 0;) {
		if (a.limbs[i] != b.limbs[i])
			return a.limbs[i] < b.limbs[i] ? -1 : 1;
	}
	return 0;
}

static int integer_compare(struct integer a, struct integer b)
{
	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	return a.negative ? magnitude_compare(b, a) : magnitude_compare(a, b);
}

/* The whole number that the double is, being at least 2^60 in magnitude. */
static struct integer double_limbs(double d, uint64_t limbs[DOUBLE_LIMBS])
{
	int exponent;
	uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(d), &exponent), 53);
	unsigned shift = (unsigned)(exponent - 53), at = shift / 64;

	memset(limbs, 0, DOUBLE_LIMBS * sizeof(*limbs));
	limbs[at] = mantissa << shift % 64;
	if (shift % 64)
		limbs[at + 1] = mantissa >> (64 - shift % 64);
	return (struct integer){ d < 0, limbs[at + 1] ? at + 2 : at + 1, limbs };
}

static int integer_compare_double(joist_term a, double d)
{
	uint64_t space, limbs[DOUBLE_LIMBS];

	if (fabs(d) >= 0x1p60)
		return integer_compare(integer_of(a, &space), double_limbs(d, limbs));
	if (!term_is_int(a))
		return integer_of(a, &space).negative ? -1 : 1;
	int64_t whole = (int64_t)d, value = int_value(a);
	if (value != whole)
		return value < whole ? -1 : 1;
	double rest = d - (double)whole;
	return rest > 0 ? -1 : rest < 0;
}

static int double_compare(double a, double b, bool exact)
{
	if (a != b)
		return a < b ? -1 : 1;
	return exact ? (int)!!signbit(b) - (int)!!signbit(a) : 0;
}

int number_compare(joist_term a, joist_term b, bool exact)
{
	uint64_t x, y;

	if (term_is_int(a) && term_is_int(b))
		return int_value(a) < int_value(b) ? -1 : int_value(a) > int_value(b);
	bool a_float = term_is_box(a, BOX_FLOAT), b_float = term_is_box(b, BOX_FLOAT);
	if (a_float && b_float)
		return double_compare(float_value(a), float_value(b), exact);
	if (a_float)
		return exact ? 1 : -integer_compare_double(b, float_value(a));
	if (b_float)
		return exact ? -1 : integer_compare_double(a, float_value(b));
	return integer_compare(integer_of(a, &x), integer_of(b, &y));
}
