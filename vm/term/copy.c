/* The copier. It walks the source once for its size, then fills in one pass: the copy itself is the
 * queue of what is still to be copied (Cheney). A word of it is a header, whose box says how to go on,
 * or a term that may still point to the source. Any thread, each with its own arena. */
#include "vm/term/copy.h"

#include "vm/term/bin.h"
#include "vm/term/walk.h"

/* Whether the word is a term with memory. */
static inline bool is_pointer(uint64_t word)
{
	return term_is_pointer((joist_term){ word }) && word;
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

/* Takes the cells of a list, as long as their heads are immediates: what is left of it. */
static inline uint64_t cells_skip(uint64_t word, const struct arena *keep, size_t *words)
{
	while ((word & 7) == TAG_CONS && !is_kept(keep, word)) {
		const uint64_t *cell = term_cell((joist_term){ word });
		if (is_pointer(cell[0]))
			break;
		*words += 2;
		word = cell[1];
	}
	return word;
}

static size_t measure_deep(joist_term term, const struct arena *keep)
{
	struct walk_stretch rest = { &term.word, &term.word + 1 };
	const uint64_t *part;
	size_t words = 0, count;
	struct walk walk;

	walk_init(&walk);
	do {
		while (rest.at < rest.end) {
			uint64_t word = cells_skip(*rest.at++, keep, &words);
			if (words > COPY_WORDS_MAX)
				goto fail;
			if (!is_pointer(word) || is_kept(keep, word))
				continue;
			words += parts_of((joist_term){ word }, &part, &count);
			if (count && !walk_enter(&walk, &rest, part, count))
				goto fail;
		}
	} while (walk_leave(&walk, &rest));
	walk_finish(&walk);
	return words <= COPY_WORDS_MAX ? words : SIZE_MAX;

fail:
	walk_finish(&walk);
	return SIZE_MAX;
}

/* Whether a tuple has nothing in it to follow. */
static inline bool is_flat(joist_term tuple, size_t words)
{
	const uint64_t *box = term_box(tuple);

	for (size_t i = 1; i < words; i++) {
		if (is_pointer(box[i]))
			return false;
	}
	return true;
}

size_t copy_measure(joist_term term)
{
	if (!is_pointer(term.word))
		return 0;
	size_t words = copy_tuple_words(term);
	return words && is_flat(term, words) ? words : measure_deep(term, NULL);
}

/* Copies the cells of a list one behind the other, their heads still those of the source. */
static inline uint64_t copy_cells(struct arena *arena, uint64_t word, const struct arena *keep)
{
	uint64_t *to = arena->at, first = term_from_cell(to).word;

	for (;;) {
		const uint64_t *cell = term_cell((joist_term){ word });
		to[0] = cell[0];
		word = cell[1];
		if ((word & 7) != TAG_CONS || is_kept(keep, word))
			break;
		to[1] = term_from_cell(to + 2).word;
		to += 2;
	}
	to[1] = word;
	arena->at = to + 2;
	return first;
}

/* Copies one box, or the cells of one list, to the arena, the parts still those of the source. */
static inline uint64_t copy_one(struct arena *arena, uint64_t word, const struct arena *keep)
{
	joist_term term = { word };
	uint64_t *to = arena->at;

	if (term_tag(term) == TAG_CONS)
		return copy_cells(arena, word, keep);
	const uint64_t *box = term_box(term);
	size_t words = box_kind(*box) == BOX_TUPLE ? 1 + box_extra(*box) : box_words(box);
	arena->at = to + words;
	for (size_t i = 0; i < words; i++)
		to[i] = box[i];
	if (box_is_counted(*box)) {
		bin_ref(binref_bin(to));
		binref_list(arena, to);
	}
	return term_from_box(to).word;
}

/* A pointer into what has been copied is one from cell to cell. */
static inline joist_term fill_deep(struct arena *arena, joist_term term, const struct arena *keep)
{
	uint64_t *scan = arena->at, start = (uint64_t)(uintptr_t)scan;

	if (is_kept(keep, term.word))
		return term;
	term.word = copy_one(arena, term.word, keep);
	while (scan < arena->at) {
		uint64_t word = *scan;
		if (is_pointer(word)) {
			if (word - start >= (uint64_t)(uintptr_t)arena->at - start &&
			    !is_kept(keep, word))
				*scan = copy_one(arena, word, keep);
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

joist_term copy_fill(struct arena *arena, joist_term term)
{
	if (!is_pointer(term.word))
		return term;
	uint64_t *to = arena->at;
	size_t words = copy_tuple_words(term);
	if (!words || !copy_flat(to, term, words))
		return fill_deep(arena, term, NULL);
	arena->at = to + words;
	return term_from_box(to);
}

joist_term copy_outside(struct arena *arena, joist_term term)
{
	if (!is_pointer(term.word))
		return term;
	size_t words = measure_deep(term, arena);
	if (words == SIZE_MAX)
		return TERM_NONE;
	if (words == 0) /* all of it is there, and the arena may have no room at all */
		return term;
	uint64_t *room = arena_take(arena, words);
	if (!room)
		return TERM_NONE;
	arena->at = room; /* fill_deep takes from here what was just made sure of */
	return fill_deep(arena, term, arena);
}
