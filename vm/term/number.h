/* Comparing numbers exactly, whatever their kinds, and integers as their limbs. */
#ifndef JOIST_VM_TERM_NUMBER_H
#define JOIST_VM_TERM_NUMBER_H

#include "vm/term/term.h"

/* An integer of any size: a sign, and its magnitude in limbs, lowest first, no leading zero. */
struct integer {
	bool negative;
	size_t count;
	const uint64_t *limbs;
};

static inline bool term_is_integer(joist_term t)
{
	return term_is_int(t) || term_is_box(t, BOX_BIG);
}

/* What the integer `t` is; a small one's limb is in `*space`. */
struct integer integer_of(joist_term t, uint64_t *space);

/* The double nearest to the integer `t`; infinite if there is none. */
double integer_to_double(joist_term t);

/* Below, at or above zero as `a` is less than, equal to or greater than `b`, both numbers. With `exact`
 * every integer is less than every float, and -0.0 less than 0.0, as between the keys of a map. */
int number_compare(joist_term a, joist_term b, bool exact);

#endif
