/* Taking terms apart by a pattern. */
#ifndef JOIST_VM_TERM_MATCH_H
#define JOIST_VM_TERM_MATCH_H

#include "vm/base/bug.h"
#include "vm/term/pattern.h"

/* The same as match_run, for any pattern and term. */
bool match_fully(const struct pattern *pattern, joist_term t, void *const *holes);

/* For a quick pattern, if what its holes get is of the usual form; what is not is looked at once more. */
static inline bool match_quick(const struct pattern *pattern, joist_term t, void *const *holes)
{
	const uint64_t *box = term_box(t), *mask = pattern->words + pattern->count;

	for (size_t i = 0; i < pattern->count; i++, mask += 2) {
		if ((box[i] & mask[0]) != mask[1])
			return mask[0] != UINT64_MAX && match_fully(pattern, t, holes);
	}
	for (unsigned i = 0; pattern->pins && i < pattern->hole_count; i++) {
		int64_t part = int_value(term_at(&box[pattern->places[i]]));
		/* There are hole_count holes, here and below. NOLINTNEXTLINE(clang-analyzer-core.*) */
		if (pattern->types[i] == JOIST_HOLE_END && part != *(const int64_t *)holes[i])
			return false;
	}
	for (unsigned i = 0; i < pattern->hole_count; i++)
		/* NOLINTNEXTLINE(clang-analyzer-core.*) */
		hole_store_quick(pattern->types[i], term_at(&box[pattern->places[i]]), holes[i]);
	return true;
}

/* How most terms that do not match differ: by the size of a tuple, or by the atom that it begins with. */
struct match_first {
	uint64_t header; /* 0: nothing is known of them */
	uint64_t mask, left;
};

static inline struct match_first match_first(const struct pattern *pattern)
{
	const uint64_t *mask = pattern->words + pattern->count + 2;

	if (!pattern->quick || pattern->count < 2)
		return (struct match_first){ 0 };
	if (mask[0] != UINT64_MAX) /* a hole, which may get something unusual */
		return (struct match_first){ pattern->words[0], 0, 0 };
	return (struct match_first){ pattern->words[0], mask[0], mask[1] };
}

static inline bool match_differs(struct match_first first, joist_term t)
{
	return first.header && (!t.word || term_tag(t) != TAG_BOX || *term_box(t) != first.header ||
				(term_box(t)[1] & first.mask) != first.left);
}

/* Whether `t` is of the form; then, and only then, the holes are written. */
static inline bool match_run(const struct pattern *pattern, joist_term t, void *const *holes)
{
	if (LIKELY(pattern->quick && t.word && term_tag(t) == TAG_BOX))
		return match_quick(pattern, t, holes);
	return match_fully(pattern, t, holes);
}

#endif
