/* Copying terms from arena to arena: the only way that a value changes its owner, but for a message
 * that is moved whole. Parts that a term has twice are copied twice; counted bytes are shared. */
#ifndef JOIST_VM_TERM_COPY_H
#define JOIST_VM_TERM_COPY_H

#include "vm/term/term.h"

/* The largest term that is copied, in words. */
#define COPY_WORDS_MAX (UINT64_C(1) << 30)

/* How many words a tuple has; 0: it is none. */
static inline size_t copy_tuple_words(joist_term term)
{
	const uint64_t *box = term_box(term);

	return term_tag(term) == TAG_BOX && term.word && box_kind(*box) == BOX_TUPLE
		       ? 1 + box_extra(*box)
		       : 0;
}

/* Copies a tuple of so many words that has only immediates, as most messages are. False of any other, with
 * no matter what in `to`. */
static inline bool copy_flat(uint64_t *to, joist_term tuple, size_t words)
{
	const uint64_t *box = term_box(tuple);

	for (size_t i = 0; i < words; i++) {
		to[i] = box[i];
		if (term_is_pointer((joist_term){ box[i] }))
			return false;
	}
	return true;
}

size_t copy_measure(joist_term term);
joist_term copy_fill(struct arena *arena, joist_term term);

/* How many words a copy needs; SIZE_MAX if they are more than COPY_WORDS_MAX, which also ends the walk
 * over a term that shares its parts too often, or if memory is short for the walk over a deep one. */
static inline size_t copy_words(joist_term term)
{
	return term_is_pointer(term) ? copy_measure(term) : 0;
}

/* A copy in an arena that has copy_words(term) words free in one piece. Cannot fail. */
static inline joist_term copy_into(struct arena *arena, joist_term term)
{
	return term_is_pointer(term) ? copy_fill(arena, term) : term;
}

/* A copy in an arena that grows; what it already holds of the term is not copied. */
joist_term copy_outside(struct arena *arena, joist_term term);

#endif
