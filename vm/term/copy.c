/* The copier. It walks the source once for its size, then fills in one pass: the copy itself is the
 * queue of what is still to be copied (Cheney). A word of it is a header, whose box says how to go on,
 * or a term that may still point to the source. Any thread, each with its own arena. */
#include "vm/term/copy.h"

#include "vm/term/bin.h"
#include "vm/term/walk.h"

/* Whether the word is a term with memory. */
static inline bool is_pointer(uint64_t word)
{
	return (word & 6) == 0 && word;
}

static inline bool is_kept(const struct arena *keep, uint64_t word)
{
	return keep && arena_holds(keep, (const void *)(uintptr_t)word);
}

/* The terms that a box or a cell has, as `*ret_at` and their number; the words of it all. */
static inline size_t parts_of(joist_term term, const uint64_t **ret_at, size_t *ret_count)
{
	if (term_tag(term) == TAG_CONS) {
		*ret_at = term_cell(term);
		*ret_count = 2;
		return 2;
	}
	const uint64_t *box = term_box(term);
	*ret_at = box + 1;
	if (box_kind(*box) == BOX_TUPLE)
		return 1 + (*ret_count = box_extra(*box));
	*ret_count = box_kind(*box) == BOX_MAP ? 2 * box_extra(*box) : 0;
	return box_words(box);
}

size_t copy_measure(joist_term term, const struct arena *keep)
{
	const uint64_t *at = &term.word, *end = at + 1, *part;
	size_t words = 0, count;
	struct walk walk;

	walk_init(&walk);
	for (;;) {
		while (at < end) {
			uint64_t word = *at++;
			if (!is_pointer(word) || is_kept(keep, word))
				continue;
			words += parts_of((joist_term){ word }, &part, &count);
			if (!count)
				continue;
			if (at < end) {
				if (!walk_room(&walk, 2))
					goto fail;
				walk_push(&walk, (uint64_t)(uintptr_t)at);
				walk_push(&walk, (uint64_t)(uintptr_t)end);
			}
			if (words > COPY_WORDS_MAX)
				goto fail;
			at = part;
			end = part + count;
		}
		if (!walk.count)
			break;
		end = (const uint64_t *)(uintptr_t)walk_pop(&walk);
		at = (const uint64_t *)(uintptr_t)walk_pop(&walk);
	}
	walk_finish(&walk);
	return words <= COPY_WORDS_MAX ? words : SIZE_MAX;

fail:
	walk_finish(&walk);
	return SIZE_MAX;
}

/* Copies one box or cell to the arena, its parts still those of the source. */
static inline uint64_t copy_one(struct arena *arena, uint64_t word)
{
	joist_term term = { word };
	uint64_t *to = arena->at;

	if (term_tag(term) == TAG_CONS) {
		to[0] = term_cell(term)[0];
		to[1] = term_cell(term)[1];
		arena->at = to + 2;
		return term_from_cell(to).word;
	}
	const uint64_t *box = term_box(term);
	size_t words = box_kind(*box) == BOX_TUPLE ? 1 + box_extra(*box) : box_words(box);
	arena->at = to + words;
	for (size_t i = 0; i < words; i++)
		to[i] = box[i];
	if (box_kind(*box) == BOX_BINREF) {
		bin_ref(binref_bin(to));
		binref_list(arena, to);
	}
	return term_from_box(to).word;
}

joist_term copy_fill(struct arena *arena, joist_term term, bool keep)
{
	uint64_t *scan = arena->at;

	if (!is_pointer(term.word) || (keep && is_kept(arena, term.word)))
		return term;
	term.word = copy_one(arena, term.word);
	while (scan < arena->at) {
		uint64_t word = *scan;
		if (is_pointer(word)) {
			if (!keep || !is_kept(arena, word))
				*scan = copy_one(arena, word);
			scan++;
		} else if ((word & 7) == TAG_HEADER && box_kind(word) != BOX_TUPLE &&
			   box_kind(word) != BOX_MAP) {
			scan += box_words(scan);
		} else {
			scan++;
		}
	}
	return term;
}

joist_term copy_outside(struct arena *arena, joist_term term)
{
	if (!term_is_pointer(term))
		return term;
	size_t words = copy_measure(term, arena);
	if (words == SIZE_MAX)
		return TERM_NONE;
	uint64_t *room = arena_take(arena, words);
	if (!room)
		return TERM_NONE;
	arena->at = room; /* copy_fill takes from here what was just made sure of */
	return copy_fill(arena, term, true);
}
