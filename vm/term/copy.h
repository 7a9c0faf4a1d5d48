/* Copying terms from arena to arena: the only way that a value changes its owner, but for a message
 * that is moved whole. Parts that a term has twice are copied twice; counted bytes are shared. */
#ifndef JOIST_VM_TERM_COPY_H
#define JOIST_VM_TERM_COPY_H

#include "vm/term/term.h"

/* The largest term that is copied, in words. */
#define COPY_WORDS_MAX (UINT64_C(1) << 30)

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
