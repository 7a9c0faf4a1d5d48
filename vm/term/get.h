/* Plain C values out of terms. Each says whether the term is of that kind and fits, and writes only
 * then. (Bytes: bin.h.) */
#ifndef JOIST_VM_TERM_GET_H
#define JOIST_VM_TERM_GET_H

#include "vm/term/atom.h"
#include "vm/term/term.h"

bool get_big_int64(joist_term t, int64_t *ret_value);
bool get_uint64(joist_term t, uint64_t *ret_value);

static inline bool get_int64(joist_term t, int64_t *ret_value)
{
	if (!term_is_int(t))
		return get_big_int64(t, ret_value);
	*ret_value = int_value(t);
	return true;
}

/* A float, or an integer that a double holds, rounded if need be. */
bool get_double(joist_term t, double *ret_value);

static inline bool get_bool(joist_term t, bool *ret_value)
{
	if (t.word != ATOM_WORD(true) && t.word != ATOM_WORD(false))
		return false;
	*ret_value = t.word == ATOM_WORD(true);
	return true;
}

static inline bool get_atom(joist_term t, joist_atom *ret_atom)
{
	if (!term_is_atom(t))
		return false;
	*ret_atom = atom_of(t);
	return true;
}

static inline bool get_pid(joist_term t, joist_pid *ret_pid)
{
	if (term_tag(t) == TAG_PID) {
		*ret_pid = (joist_pid){ .id = t.word >> 3 };
		return true;
	}
	if (!term_is_box(t, BOX_PID))
		return false;
	const uint64_t *box = term_box(t);
	*ret_pid = (joist_pid){ .id = box[1], .node = (uint32_t)box_extra(*box) };
	return true;
}

bool get_ref(joist_term t, joist_ref *ret_ref);

#endif
