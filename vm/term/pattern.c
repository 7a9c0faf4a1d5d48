/* The compiler of patterns: the parser of terms, told what to do with variables and maps. It builds
 * bottom up in memory that is known to be enough, so that the pattern is one block. Any thread. */
#include "vm/term/pattern.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/heap.h"
#include "vm/term/bin.h"
#include "vm/term/map.h"
#include "vm/term/parse.h"
#include "vm/term/walk.h"

struct compiler {
	struct pattern *pattern;
	struct arena arena;
	enum pattern_use use;
	const unsigned char *types;
	struct joist_bytes names[JOIST_HOLES_MAX];
};

/* No text needs more words than twice its bytes: least dense is "abc", of two for each character. And a
 * flat one, "{a,b}", needs no more of them with its masks. */
static size_t words_max(struct joist_bytes text)
{
	return 2 * text.size + 2;
}

static joist_term refuse(const char **ret_message, const char *message)
{
	*ret_message = message;
	return TERM_NONE;
}

static joist_term hole_make(struct compiler *c, struct joist_bytes name, bool pinned,
			    const char **ret_message)
{
	struct pattern *p = c->pattern;
	unsigned index = p->hole_count;

	for (unsigned i = 0; i < index; i++) {
		if (c->names[i].size == name.size &&
		    !memcmp(c->names[i].data, name.data, name.size))
			return refuse(ret_message, "a name that stands for two holes");
	}
	if (index == JOIST_HOLES_MAX)
		return refuse(ret_message, "more than 16 holes");
	enum joist_hole type = c->types[index];
	if (type == JOIST_HOLE_END)
		return refuse(ret_message, "a hole without an argument");
	if (pinned && type == JOIST_HOLE_REF && p->pinned_ref < 0)
		p->pinned_ref = (int)index;
	p->takes_terms |= type == JOIST_HOLE_TERM;
	c->names[index] = name;
	p->types[index] = (unsigned char)(pinned ? JOIST_HOLE_END : type);
	p->hole_count++;
	return hole_word(type, pinned, index);
}

static joist_term variable(void *owner, struct joist_bytes name, bool pinned,
			   const char **ret_message)
{
	struct compiler *c = owner;
	bool ignored = *(const char *)name.data == '_';

	if (pinned && c->use == PATTERN_MAKE)
		return refuse(ret_message, "a ^ in what is built");
	if (pinned && ignored)
		return refuse(ret_message, "a ^ before a name that is ignored");
	if (ignored && c->use == PATTERN_MAKE)
		return refuse(ret_message, "a _ in what is built");
	if (ignored)
		return hole_word(JOIST_HOLE_END, false, 0);
	return hole_make(c, name, pinned, ret_message);
}

/* Whether any part of `t` is a hole. Its nesting is bounded by PATTERN_DEPTH_MAX, and so the stack by
 * what is in place. */
static bool has_hole(joist_term t)
{
	struct walk_stretch rest = { &t.word, &t.word + 1 };
	struct walk walk;

	walk_init(&walk);
	do {
		while (rest.at < rest.end) {
			joist_term part = { *rest.at++ };
			if (hole_is(part.word))
				return true;
			if (term_tag(part) == TAG_CONS)
				walk_enter(&walk, &rest, term_cell(part), 2);
			else if (term_is_box(part, BOX_TUPLE) || term_is_map(part))
				walk_enter(&walk, &rest, term_box(part) + 1,
					   box_words(term_box(part)) - 1);
		}
	} while (walk_leave(&walk, &rest));
	return false;
}

static uint64_t *map_box(struct compiler *c, size_t pairs)
{
	uint64_t *box = arena_take(&c->arena, 1 + 2 * pairs);

	if (box)
		box[0] = box_header(BOX_MAP, pairs);
	return box;
}

/* In a match the keys keep their order: each is looked up. */
static joist_term map_to_match(struct compiler *c, const joist_term *items, size_t pairs,
			       const char **ret_message)
{
	uint64_t *box = map_box(c, pairs);

	for (size_t i = 0; box && i < pairs; i++) {
		joist_term key = items[2 * i];
		if (hole_is(key.word) ? !hole_is_pinned(key.word) : has_hole(key))
			return refuse(ret_message, "a key that is neither a literal nor a ^Name");
		box[1 + i] = key.word;
		box[1 + pairs + i] = items[2 * i + 1].word;
	}
	return box ? term_from_box(box) : TERM_NONE;
}

/* In a build they are sorted now, unless a hole decides their order. */
static joist_term map_to_make(struct compiler *c, const joist_term *items, size_t pairs,
			      const char **ret_message)
{
	struct pattern *p = c->pattern;
	bool open = false;

	for (size_t i = 0; i < pairs; i++)
		open |= has_hole(items[2 * i]);
	if (!open)
		return term_map(&c->arena, items, pairs);
	if (p->map_count == JOIST_HOLES_MAX)
		return refuse(ret_message, "more than 16 maps with holes in their keys");
	uint64_t *box = map_box(c, pairs);
	if (!box)
		return TERM_NONE;
	memcpy(box + 1, items, 2 * pairs * sizeof(*items));
	p->maps[p->map_count++] = (uint32_t)(box - p->words);
	return term_from_box(box);
}

static joist_term map_make(void *owner, const joist_term *items, size_t pairs,
			   const char **ret_message)
{
	struct compiler *c = owner;

	return c->use == PATTERN_MATCH ? map_to_match(c, items, pairs, ret_message)
				       : map_to_make(c, items, pairs, ret_message);
}

/* Whether there is nothing in it to follow. */
static bool is_flat(const struct pattern *p)
{
	if (!term_is_box(p->root, BOX_TUPLE) || term_box(p->root) != p->words ||
	    box_extra(p->words[0]) != p->count - 1 || p->count > UCHAR_MAX)
		return false;
	for (size_t i = 1; i < p->count; i++) {
		if (term_is_pointer((joist_term){ p->words[i] }))
			return false;
	}
	return true;
}

/* The mask of a word, and what it leaves of what fits; false if no mask tells that. */
static bool mask_of(uint64_t word, uint64_t *ret_mask, uint64_t *ret_left)
{
	*ret_mask = UINT64_MAX;
	*ret_left = word;
	if (!hole_is(word))
		return true;
	if (hole_is_pinned(word) && hole_type(word) != JOIST_HOLE_INT64)
		return false;
	*ret_mask = *ret_left = 0;
	if (hole_type(word) == JOIST_HOLE_TERM || hole_type(word) == JOIST_HOLE_END)
		return true;
	*ret_mask = 7;
	*ret_left = hole_tag(hole_type(word));
	return *ret_left != 0;
}

/* Notes what makes a flat pattern quick. Its text has given it room for more than that. */
static void prepare_flat(struct pattern *p)
{
	p->flat = p->quick = true;
	for (size_t i = 0; i < p->count; i++) {
		uint64_t word = p->words[i], *mask = &p->words[p->count + 2 * i];
		p->quick &= mask_of(word, &mask[0], &mask[1]);
		p->pins |= hole_is(word) && hole_is_pinned(word);
		if (hole_is(word) && hole_type(word) != JOIST_HOLE_END)
			p->places[hole_index(word)] = (unsigned char)i;
	}
}

static size_t types_count(const unsigned char *types)
{
	size_t count = 0;

	while (types[count] != JOIST_HOLE_END)
		count++;
	return count;
}

/* False, with a sentence, if the text is no pattern. */
static bool compile(struct compiler *c, struct joist_bytes text, char *error, size_t error_size)
{
	struct parse_dialect dialect = { .variable = variable,
					 .map = map_make,
					 .only_assign = c->use == PATTERN_MATCH,
					 .depth_max = PATTERN_DEPTH_MAX,
					 .owner = c };
	struct parse_error wrong;
	struct pattern *p = c->pattern;
	size_t arguments = types_count(c->types);

	p->root = parse_pattern(&c->arena, text, &dialect, &wrong);
	p->bins = c->arena.bins;
	p->count = (size_t)(c->arena.at - p->words);
	if (joist_is_none(p->root)) {
		if (wrong.message)
			snprintf(error, error_size, "column %zu: %s", wrong.offset + 1,
				 wrong.message);
		return false;
	}
	if (p->hole_count == arguments)
		return true;
	snprintf(error, error_size, "%u holes and %zu arguments", p->hole_count, arguments);
	return false;
}

struct pattern *pattern_compile(struct joist_bytes text, const unsigned char *types,
				enum pattern_use use, char *error, size_t error_size)
{
	size_t words = words_max(text), bytes = sizeof(struct pattern) + words * sizeof(uint64_t);
	struct pattern *p = heap_take(bytes);

	if (error_size)
		*error = 0;
	if (!p)
		return NULL;
	*p = (struct pattern){ .bytes = bytes, .pinned_ref = -1 };
	struct compiler c = {
		.pattern = p, .arena = arena_over(p->words, words), .use = use, .types = types
	};
	if (compile(&c, text, error, error_size)) {
		if (is_flat(p))
			prepare_flat(p);
		return p;
	}
	pattern_free(p);
	return NULL;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	bins_drop(&(struct arena){ .bins = pattern->bins });
	heap_give(pattern, pattern->bytes);
}

int pattern_pinned_ref(const struct pattern *pattern)
{
	return pattern->pinned_ref;
}
