/* Holes by their type. Pure, but for the arena that a term is made in; any thread. */
#include "vm/term/hole.h"

#include <math.h>
#include <string.h>

#include "vm/term/bin.h"
#include "vm/term/get.h"
#include "vm/term/order.h"

_Static_assert(sizeof(joist_pid) == 16 && sizeof(joist_ref) == 32 &&
		       sizeof(struct joist_bytes) == 16,
	       "the sizes in hole_store");

static bool read_int32(joist_term t, int32_t *ret_value)
{
	if (!term_is_int(t) || int_value(t) < INT32_MIN || int_value(t) > INT32_MAX)
		return false;
	*ret_value = (int32_t)int_value(t);
	return true;
}

static bool read_uint32(joist_term t, uint32_t *ret_value)
{
	if (!term_is_int(t) || int_value(t) < 0 || int_value(t) > UINT32_MAX)
		return false;
	*ret_value = (uint32_t)int_value(t);
	return true;
}

bool hole_read(enum joist_hole type, joist_term t, union hole_value *ret_value)
{
	switch (type) {
	case JOIST_HOLE_INT32:
		return read_int32(t, &ret_value->int32);
	case JOIST_HOLE_INT64:
		return get_int64(t, &ret_value->int64);
	case JOIST_HOLE_UINT32:
		return read_uint32(t, &ret_value->uint32);
	case JOIST_HOLE_UINT64:
		return get_uint64(t, &ret_value->uint64);
	case JOIST_HOLE_DOUBLE:
		return get_double(t, &ret_value->real);
	case JOIST_HOLE_BOOL:
		return get_bool(t, &ret_value->boolean);
	case JOIST_HOLE_PID:
		return get_pid(t, &ret_value->pid);
	case JOIST_HOLE_REF:
		return get_ref(t, &ret_value->ref);
	case JOIST_HOLE_ATOM:
		return get_atom(t, &ret_value->atom);
	case JOIST_HOLE_BYTES:
		return bin_get_bytes(t, &ret_value->bytes);
	case JOIST_HOLE_TERM:
		ret_value->term = t;
		return !joist_is_none(t);
	case JOIST_HOLE_END:
		break;
	}
	return false;
}

static bool ref_equals(const joist_ref *a, const joist_ref *b)
{
	return a->node == b->node && a->count == b->count &&
	       !memcmp(a->id, b->id, a->count * sizeof(a->id[0]));
}

bool hole_equals(enum joist_hole type, joist_term t, const void *hole)
{
	union hole_value value;
	struct joist_bytes held;

	if (!hole_read(type, t, &value))
		return false;
	switch (type) {
	case JOIST_HOLE_BOOL:
		return value.boolean == *(const bool *)hole;
	case JOIST_HOLE_INT32:
	case JOIST_HOLE_UINT32:
		return value.uint32 == *(const uint32_t *)hole;
	case JOIST_HOLE_DOUBLE:
		return value.real == *(const double *)hole;
	case JOIST_HOLE_PID:
		return joist_pid_equal(value.pid, *(const joist_pid *)hole);
	case JOIST_HOLE_REF:
		return ref_equals(&value.ref, hole);
	case JOIST_HOLE_BYTES:
		held = *(const struct joist_bytes *)hole;
		return value.bytes.size == held.size &&
		       (!held.size || !memcmp(value.bytes.data, held.data, held.size));
	case JOIST_HOLE_TERM:
		return term_equal(t, *(const joist_term *)hole);
	case JOIST_HOLE_ATOM:
		return atom_equal(value.atom, *(const joist_atom *)hole);
	case JOIST_HOLE_INT64:
	case JOIST_HOLE_UINT64:
		return value.uint64 == *(const uint64_t *)hole;
	case JOIST_HOLE_END:
		break;
	}
	return false;
}

bool hole_is_wrong(enum joist_hole type, const void *hole)
{
	switch (type) {
	case JOIST_HOLE_DOUBLE:
		return !isfinite(*(const double *)hole);
	case JOIST_HOLE_PID:
		return joist_pid_is_none(*(const joist_pid *)hole);
	case JOIST_HOLE_REF:
		return !ref_is_valid(*(const joist_ref *)hole);
	case JOIST_HOLE_ATOM:
		return !term_is_atom(atom_term(*(const joist_atom *)hole));
	case JOIST_HOLE_TERM:
		return joist_is_none(*(const joist_term *)hole);
	default:
		return false;
	}
}

joist_term hole_term(struct arena *arena, enum joist_hole type, const void *hole)
{
	const struct joist_bytes *bytes;

	if (hole_is_wrong(type, hole))
		return TERM_NONE;
	switch (type) {
	case JOIST_HOLE_INT32:
		return term_small(*(const int32_t *)hole);
	case JOIST_HOLE_INT64:
		return term_int(arena, *(const int64_t *)hole);
	case JOIST_HOLE_UINT32:
		return term_small(*(const uint32_t *)hole);
	case JOIST_HOLE_UINT64:
		return term_uint(arena, *(const uint64_t *)hole);
	case JOIST_HOLE_DOUBLE:
		return term_float(arena, *(const double *)hole);
	case JOIST_HOLE_BOOL:
		return *(const bool *)hole ? ATOM(true) : ATOM(false);
	case JOIST_HOLE_PID:
		return term_pid(arena, *(const joist_pid *)hole);
	case JOIST_HOLE_REF:
		return term_ref(arena, *(const joist_ref *)hole);
	case JOIST_HOLE_BYTES:
		bytes = hole;
		return term_binary(arena, bytes->data, bytes->size);
	case JOIST_HOLE_ATOM:
		return atom_term(*(const joist_atom *)hole);
	case JOIST_HOLE_TERM:
		return *(const joist_term *)hole;
	case JOIST_HOLE_END:
		break;
	}
	return TERM_NONE;
}
