/* The builder: the pattern's block is copied with its addresses moved and its holes filled. Any thread,
 * each with its own arena. */
#include "vm/term/make.h"

#include <string.h>

#include "vm/term/bin.h"
#include "vm/term/map.h"

bool make_is_wrong(const struct pattern *pattern, void *const *holes)
{
	for (unsigned i = 0; i < pattern->hole_count; i++) {
		if (hole_is_wrong(pattern->types[i], holes[i]))
			return true;
	}
	return false;
}

/* Copies a box that has no parts: its words. */
static size_t fill_leaf(struct arena *arena, uint64_t *to, const uint64_t *from)
{
	size_t words = box_words(from);

	memcpy(to, from, words * sizeof(*to));
	if (box_is_counted(*from)) {
		bin_ref(binref_bin(to));
		binref_list(arena, to);
	}
	return words;
}

static inline uint64_t fill_word(uint64_t word, uint64_t moved, const joist_term *values)
{
	if (hole_is(word))
		return values[hole_index(word)].word;
	return term_is_pointer((joist_term){ word }) ? word + moved : word;
}

/* Sorts the maps whose keys were holes. One that was built with a key twice leaves words unused. */
static bool maps_sort(struct arena *arena, const struct pattern *pattern, uint64_t *words)
{
	for (unsigned i = 0; i < pattern->map_count; i++) {
		uint64_t *box = words + pattern->maps[i];
		joist_term map = term_map(arena, (const joist_term *)(box + 1), box_extra(*box));
		if (joist_is_none(map))
			return false;
		memcpy(box, term_box(map), box_words(term_box(map)) * sizeof(*box));
	}
	return true;
}

joist_term make_deep(struct arena *arena, const struct pattern *pattern, void *const *holes)
{
	joist_term values[JOIST_HOLES_MAX];

	for (unsigned i = 0; i < pattern->hole_count; i++) {
		values[i] = hole_term_fast(arena, pattern->types[i], holes[i]);
		if (joist_is_none(values[i]))
			return TERM_NONE;
	}
	if (!pattern->count)
		return (joist_term){ fill_word(pattern->root.word, 0, values) };
	uint64_t *words = arena_take(arena, pattern->count);
	if (!words)
		return TERM_NONE;
	uint64_t moved = (uint64_t)(uintptr_t)words - (uint64_t)(uintptr_t)pattern->words;
	for (size_t i = 0; i < pattern->count;) {
		uint64_t word = pattern->words[i];
		if ((word & 7) == TAG_HEADER && box_kind(word) != BOX_TUPLE &&
		    box_kind(word) != BOX_MAP)
			i += fill_leaf(arena, words + i, pattern->words + i);
		else
			words[i++] = fill_word(word, moved, values);
	}
	if (pattern->map_count && !maps_sort(arena, pattern, words))
		return TERM_NONE;
	return (joist_term){ fill_word(pattern->root.word, moved, values) };
}
