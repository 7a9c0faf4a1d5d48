/* The holes of patterns: C variables of the types of enum joist_hole, read from terms and made terms.
 * In a pattern, which is a term itself, a word of a tag of its own stands for one. */
#ifndef JOIST_VM_TERM_HOLE_H
#define JOIST_VM_TERM_HOLE_H

#include <string.h>

#include <joist/match.h>

#include "vm/term/atom.h"
#include "vm/term/term.h"

#define TAG_HOLE 6

/* The word of a hole: type 8 bits from bit 3 on (JOIST_HOLE_END: ignores what stands there), then
 * whether it is pinned, then its index. */
static inline joist_term hole_word(enum joist_hole type, bool pinned, unsigned index)
{
	return (joist_term){ (uint64_t)index << 12 | (uint64_t)pinned << 11 | (uint64_t)type << 3 |
			     TAG_HOLE };
}

static inline bool hole_is(uint64_t word)
{
	return (word & 7) == TAG_HOLE;
}

static inline enum joist_hole hole_type(uint64_t word)
{
	return (enum joist_hole)(word >> 3 & 255);
}

static inline bool hole_is_pinned(uint64_t word)
{
	return word >> 11 & 1;
}

static inline unsigned hole_index(uint64_t word)
{
	return (unsigned)(word >> 12);
}

/* The tag of what most often is in a hole of that type, and always fits it; 0: there is none. */
static inline uint64_t hole_tag(enum joist_hole type)
{
	return type == JOIST_HOLE_INT64	 ? TAG_INT
	       : type == JOIST_HOLE_PID	 ? TAG_PID
	       : type == JOIST_HOLE_ATOM ? TAG_ATOM
					 : 0;
}

/* What any hole may hold. */
union hole_value {
	int32_t int32;
	int64_t int64;
	uint32_t uint32;
	uint64_t uint64;
	double real;
	bool boolean;
	joist_pid pid;
	joist_ref ref;
	joist_atom atom;
	struct joist_bytes bytes;
	joist_term term;
};

/* Whether `t` fits the type; its value. */
bool hole_read(enum joist_hole type, joist_term t, union hole_value *ret_value);

/* The same; the most frequent without a call. */
static inline bool hole_read_fast(enum joist_hole type, joist_term t, union hole_value *ret_value)
{
	if (type == JOIST_HOLE_INT64 && term_is_int(t)) {
		ret_value->int64 = int_value(t);
		return true;
	}
	if (type == JOIST_HOLE_PID && term_tag(t) == TAG_PID) {
		ret_value->pid = (joist_pid){ .id = t.word >> 3 };
		return true;
	}
	if (type == JOIST_HOLE_TERM) {
		ret_value->term = t;
		return !joist_is_none(t);
	}
	return hole_read(type, t, ret_value);
}

/* Stores a value where a pointer to its type points; nothing for JOIST_HOLE_END. */
static inline void hole_store(enum joist_hole type, const union hole_value *value, void *hole)
{
	static const unsigned char sizes[] = {
		[JOIST_HOLE_INT32] = 4,	 [JOIST_HOLE_INT64] = 8,  [JOIST_HOLE_UINT32] = 4,
		[JOIST_HOLE_UINT64] = 8, [JOIST_HOLE_DOUBLE] = 8, [JOIST_HOLE_BOOL] = 1,
		[JOIST_HOLE_PID] = 16,	 [JOIST_HOLE_REF] = 32,	  [JOIST_HOLE_ATOM] = 8,
		[JOIST_HOLE_BYTES] = 16, [JOIST_HOLE_TERM] = 8,
	};

	if (sizes[type] == 8)
		memcpy(hole, value, 8);
	else if (sizes[type] == 16)
		memcpy(hole, value, 16);
	else
		memcpy(hole, value, sizes[type]);
}

/* Whether `t` is what the hole holds. */
bool hole_equals(enum joist_hole type, joist_term t, const void *hole);

/* Stores what fits the hole of a quick pattern; nothing for JOIST_HOLE_END. */
static inline void hole_store_quick(enum joist_hole type, joist_term t, void *hole)
{
	if (type == JOIST_HOLE_INT64)
		*(int64_t *)hole = int_value(t);
	else if (type == JOIST_HOLE_PID)
		*(joist_pid *)hole = (joist_pid){ .id = t.word >> 3 };
	else if (type == JOIST_HOLE_ATOM)
		*(joist_atom *)hole = atom_of(t);
	else if (type == JOIST_HOLE_TERM)
		*(joist_term *)hole = t;
}

/* The same; the most frequent without a call. */
static inline bool hole_equals_fast(enum joist_hole type, joist_term t, const void *hole)
{
	if (type == JOIST_HOLE_INT64 && term_is_int(t))
		return int_value(t) == *(const int64_t *)hole;
	return hole_equals(type, t, hole);
}

/* Whether there is no term for what the hole holds: a float that is not finite, nobody, a reference of
 * no length, the zero atom, no term. */
bool hole_is_wrong(enum joist_hole type, const void *hole);

/* What the hole holds as a term; none if it is wrong or memory is short. */
joist_term hole_term(struct arena *arena, enum joist_hole type, const void *hole);

/* The same, of the most frequent, which need no memory; none of others. */
static inline joist_term hole_term_quick(enum joist_hole type, const void *hole)
{
	if (type == JOIST_HOLE_INT64) {
		int64_t value = *(const int64_t *)hole;
		if (int_value(term_small(value)) == value) /* it has all of its bits */
			return term_small(value);
	} else if (type == JOIST_HOLE_PID) {
		const joist_pid *pid = hole;
		/* See make_flat. NOLINTNEXTLINE(clang-analyzer-core.*) */
		if (pid->node == 0 && pid->id != 0)
			return term_pid_local(*pid);
	} else if (type == JOIST_HOLE_TERM) {
		return *(const joist_term *)hole;
	}
	return TERM_NONE;
}

/* The same of any, the most frequent without a call. */
static inline joist_term hole_term_fast(struct arena *arena, enum joist_hole type, const void *hole)
{
	joist_term term = hole_term_quick(type, hole);

	return joist_is_none(term) ? hole_term(arena, type, hole) : term;
}

#endif
