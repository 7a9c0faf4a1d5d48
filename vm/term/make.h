/* Building terms by a pattern. */
#ifndef JOIST_VM_TERM_MAKE_H
#define JOIST_VM_TERM_MAKE_H

#include "vm/base/bug.h"
#include "vm/term/pattern.h"

/* The same as make_run, for a pattern that is not flat. */
joist_term make_deep(struct arena *arena, const struct pattern *pattern, void *const *holes);

/* For one that is: a tuple with nothing in it to follow. */
static inline joist_term make_flat(struct arena *arena, const struct pattern *pattern,
				   void *const *holes)
{
	uint64_t *words = arena_take(arena, pattern->count);

	if (!words)
		return TERM_NONE;
	for (size_t i = 0; i < pattern->count; i++)
		words[i] = pattern->words[i];
	for (unsigned i = 0; i < pattern->hole_count; i++) {
		/* There are hole_count holes. NOLINTNEXTLINE(clang-analyzer-core.*) */
		joist_term value = hole_term_fast(arena, pattern->types[i], holes[i]);
		if (joist_is_none(value))
			return TERM_NONE;
		words[pattern->places[i]] = value.word;
	}
	return term_from_box(words);
}

/* The same without a call; false, with nothing in the arena, if there is no room in place, or a hole holds
 * what needs some. */
static inline bool make_quick(struct arena *arena, const struct pattern *pattern,
			      void *const *holes, joist_term *ret_term)
{
	uint64_t *words = arena->at;
	const size_t count = pattern->count, hole_count = pattern->hole_count;

	if (UNLIKELY((size_t)(arena->end - words) < count))
		return false;
	for (size_t i = 0; i < count; i++)
		words[i] = pattern->words[i];
	for (size_t i = 0; i < hole_count; i++) {
		joist_term value = hole_term_quick(pattern->types[i], holes[i]);
		if (UNLIKELY(joist_is_none(value)))
			return false;
		words[pattern->places[i]] = value.word;
	}
	arena->at = words + count;
	*ret_term = term_from_box(words);
	return true;
}

/* The term of that form: none when memory is short, or if a hole holds what no term is
 * (make_is_wrong). */
static inline joist_term make_run(struct arena *arena, const struct pattern *pattern,
				  void *const *holes)
{
	return pattern->flat ? make_flat(arena, pattern, holes) : make_deep(arena, pattern, holes);
}

bool make_is_wrong(const struct pattern *pattern, void *const *holes);

#endif
