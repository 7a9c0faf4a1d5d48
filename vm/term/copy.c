/* The copier. It walks the source once for its size, then fills in one pass: the copy itself is the
 * queue of what is still to be copied (Cheney). A word of it is a header, whose box says how to go on,
 * or a term that may still point to the source. What is known to be copied whole does not stand in the
 * queue: long lists are mostly of that kind. Any thread, each with its own arena. */
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

/* Whether the word is a box that has no parts. */
static inline bool is_leaf(uint64_t word)
{
	if ((word & 7) != TAG_BOX || !word)
		return false;
	enum box_kind kind = box_kind(*term_box((joist_term){ word }));
	return kind != BOX_TUPLE && kind != BOX_MAP;
}

/* The words of a term that has nothing in it to follow: an immediate, a tuple of immediates, a leaf.
 * SIZE_MAX: of any other. */
static inline size_t flat_words(uint64_t word)
{
	joist_term term = { word };

	if (!is_pointer(word))
		return 0;
	size_t words = copy_tuple_words(term);
	for (size_t i = 1; i < words; i++) {
		if (is_pointer(term_box(term)[i]))
			return SIZE_MAX;
	}
	if (words)
		return words;
	return is_leaf(word) ? box_words(term_box(term)) : SIZE_MAX;
}

/* Takes the cells of a list, as long as their heads are flat: what is left of it. */
static inline uint64_t cells_skip(uint64_t word, const struct arena *keep, size_t *words)
{
	while ((word & 7) == TAG_CONS && !is_kept(keep, word) && *words <= COPY_WORDS_MAX) {
		const uint64_t *cell = term_cell((joist_term){ word });
		size_t head = is_kept(keep, cell[0]) ? 0 : flat_words(cell[0]);
		if (head == SIZE_MAX)
			break;
		*words += 2 + head;
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

size_t copy_measure(joist_term term)
{
	if (!is_pointer(term.word))
		return 0;
	size_t size = copy_tuple_words(term), words = size;
	for (size_t i = 1; i < size; i++) {
		size_t part = flat_words(term_box(term)[i]);
		if (part == SIZE_MAX || words > COPY_WORDS_MAX)
			return measure_deep(term, NULL);
		words += part;
	}
	return size ? words : measure_deep(term, NULL);
}

/* Copies a box that has no parts. */
static inline void copy_box(struct arena *arena, const uint64_t *box, size_t words)
{
	uint64_t *to = arena->at;

	arena->at = to + words;
	for (size_t i = 0; i < words; i++)
		to[i] = box[i];
	if (box_is_counted(*box)) {
		bin_ref(binref_bin(to));
		binref_list(arena, to);
	}
}

/* A part, copied if there is nothing in it to follow; else it is still that of the source, and the whole
 * is none. */
static inline uint64_t copy_part(struct arena *arena, uint64_t word, const struct arena *keep,
				 bool *whole)
{
	joist_term part = { word };
	uint64_t *to = arena->at;

	if (!is_pointer(word) || is_kept(keep, word))
		return word;
	size_t words = copy_tuple_words(part);
	if (words && copy_flat(to, part, words)) {
		arena->at = to + words;
	} else if (!words && is_leaf(word)) {
		copy_box(arena, term_box(part), box_words(term_box(part)));
	} else {
		*whole = false;
		return word;
	}
	return term_from_box(to).word;
}

/* Copies the cells of a list, and its heads; whether that was the whole of it. */
static inline bool copy_cells(struct arena *arena, uint64_t word, const struct arena *keep)
{
	bool whole = true;

	for (;;) {
		const uint64_t *cell = term_cell((joist_term){ word });
		uint64_t *to = arena->at;
		word = cell[1];
		arena->at = to + 2;
		to[0] = copy_part(arena, cell[0], keep, &whole);
		to[1] = word;
		if ((word & 7) != TAG_CONS || is_kept(keep, word))
			return whole && !is_pointer(word);
		to[1] = term_from_cell(arena->at).word;
	}
}

/* Copies one box with its parts, or the cells of one list; false if some may be those of the source
 * still. */
static inline bool copy_one(struct arena *arena, uint64_t word, const struct arena *keep)
{
	joist_term term = { word };
	bool whole = true;

	if (term_tag(term) == TAG_CONS)
		return copy_cells(arena, word, keep);
	const uint64_t *box = term_box(term);
	size_t tuple = copy_tuple_words(term), words = tuple ? tuple : box_words(box);
	if (is_leaf(word)) {
		copy_box(arena, box, words);
		return true;
	}
	uint64_t *to = arena->at;
	arena->at = to + words;
	to[0] = box[0];
	for (size_t i = 1; i < words; i++)
		to[i] = copy_part(arena, box[i], keep, &whole);
	return whole;
}

/* A pointer into what has been copied is one from cell to cell. */
static inline joist_term fill_deep(struct arena *arena, joist_term term, const struct arena *keep)
{
	uint64_t *scan = arena->at, start = (uint64_t)(uintptr_t)scan;

	if (is_kept(keep, term.word))
		return term;
	uint64_t root = start | term_tag(term);
	if (copy_one(arena, term.word, keep))
		scan = arena->at;
	while (scan < arena->at) {
		uint64_t word = *scan;
		if (is_pointer(word)) {
			uint64_t *to = arena->at;
			scan++;
			if (word - start >= (uint64_t)(uintptr_t)to - start &&
			    !is_kept(keep, word)) {
				scan[-1] = (uint64_t)(uintptr_t)to | (word & 7);
				if (copy_one(arena, word, keep) && scan == to)
					scan = arena->at;
			}
		} else if ((word & 7) == TAG_HEADER && box_kind(word) != BOX_TUPLE &&
			   box_kind(word) != BOX_MAP) {
			scan += box_words(scan);
		} else {
			scan++;
		}
	}
	return (joist_term){ root };
}

joist_term copy_fill(struct arena *arena, joist_term term)
{
	return is_pointer(term.word) ? fill_deep(arena, term, NULL) : term;
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
