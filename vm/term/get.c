/* The less frequent ways out of terms. Pure; any thread. */
#include "vm/term/get.h"

#include <math.h>

#include "vm/term/number.h"

/* The one limb of an integer that has no more, and its sign. */
static bool get_limb(joist_term t, uint64_t *ret_limb, bool *ret_negative)
{
	uint64_t space;

	if (!term_is_integer(t))
		return false;
	struct integer i = integer_of(t, &space);
	if (i.count > 1)
		return false;
	*ret_limb = i.count ? i.limbs[0] : 0;
	*ret_negative = i.negative;
	return true;
}

bool get_big_int64(joist_term t, int64_t *ret_value)
{
	uint64_t limb;
	bool negative;

	if (!get_limb(t, &limb, &negative) || limb > (uint64_t)INT64_MAX + negative)
		return false;
	*ret_value = (int64_t)(negative ? -limb : limb);
	return true;
}

bool get_uint64(joist_term t, uint64_t *ret_value)
{
	uint64_t limb;
	bool negative;

	if (!get_limb(t, &limb, &negative) || negative)
		return false;
	*ret_value = limb;
	return true;
}

bool get_double(joist_term t, double *ret_value)
{
	double value;

	if (term_is_box(t, BOX_FLOAT))
		value = float_value(t);
	else if (term_is_integer(t))
		value = integer_to_double(t);
	else
		return false;
	if (!isfinite(value))
		return false;
	*ret_value = value;
	return true;
}

bool get_ref(joist_term t, joist_ref *ret_ref)
{
	if (!term_is_box(t, BOX_REF) && !term_is_box(t, BOX_TOKEN))
		return false;
	const uint64_t *box = box_ref(term_box(t));
	uint64_t extra = box_extra(*box);
	joist_ref ref = { .node = (uint32_t)extra, .count = (uint32_t)(extra >> 32) };
	for (uint32_t i = 0; i < ref.count; i++)
		ref.id[i] = (uint32_t)(box[1 + i / 2] >> i % 2 * 32);
	*ret_ref = ref;
	return true;
}
