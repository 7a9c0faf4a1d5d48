/* The printer. Compound terms that are being written wait on a stack of words, so that no depth of a
 * term overflows the thread's. Any thread. */
#include "vm/term/print.h"

#include <string.h>

#include "vm/term/leaf.h"
#include "vm/term/map.h"
#include "vm/term/walk.h"

/* A compound term that is being written: three words on the stack. */
enum frame_kind { FRAME_TUPLE, FRAME_LIST, FRAME_TAIL, FRAME_MAP };
enum frame_word {
	FRAME_TERM, /* of a list, what is left of it */
	FRAME_INDEX, /* of the next element; of a map, keys and values count in turn */
	FRAME_KIND,
	FRAME_WORDS,
};

struct print {
	struct text *text;
	size_t size_max;
	struct walk frames;
};

static bool add(struct print *p, const char *text)
{
	return text_add(p->text, text, strlen(text));
}

static bool bracket_open(struct print *p, const char *bracket, enum frame_kind kind, joist_term t)
{
	if (!walk_room(&p->frames, FRAME_WORDS))
		return false;
	walk_push(&p->frames, t.word);
	walk_push(&p->frames, 0);
	walk_push(&p->frames, kind);
	return add(p, bracket);
}

/* Writes a term, or the beginning of one, whose frame then stands on the stack. */
static bool term_begin(struct print *p, joist_term t)
{
	if (term_tag(t) == TAG_CONS) {
		if (leaf_is_string(t))
			return leaf_string(p->text, t, p->size_max);
		return bracket_open(p, "[", FRAME_LIST, t);
	}
	if (term_is_box(t, BOX_TUPLE))
		return bracket_open(p, "{", FRAME_TUPLE, t);
	if (term_is_map(t))
		return bracket_open(p, "#{", FRAME_MAP, t);
	return leaf_print(p->text, t, p->size_max);
}

/* What stands before the next part of the innermost frame, and that part; at its end what closes it,
 * and none. */
static const char *tuple_next(uint64_t *frame, joist_term *ret_part)
{
	joist_term t = { frame[FRAME_TERM] };
	size_t index = frame[FRAME_INDEX]++;

	if (index == box_extra(*term_box(t)))
		return "}";
	*ret_part = tuple_at(t, index);
	return index ? "," : "";
}

static const char *list_next(uint64_t *frame, joist_term *ret_part)
{
	joist_term rest = { frame[FRAME_TERM] };

	if (rest.word == TERM_NIL.word || frame[FRAME_KIND] == FRAME_TAIL)
		return "]";
	if (term_tag(rest) != TAG_CONS) {
		frame[FRAME_KIND] = FRAME_TAIL;
		*ret_part = rest;
		return "|";
	}
	*ret_part = term_head(rest);
	frame[FRAME_TERM] = term_tail(rest).word;
	return frame[FRAME_INDEX]++ ? "," : "";
}

static const char *map_part(uint64_t *frame, joist_term *ret_part)
{
	joist_term map = { frame[FRAME_TERM] };
	size_t index = frame[FRAME_INDEX]++, pair = index / 2;

	if (pair == map_size(map))
		return "}";
	*ret_part = index % 2 ? map_value(map, pair) : map_key(map, pair);
	return index % 2 ? " => " : index ? "," : "";
}

/* The next part of what is innermost, or none when all is written. */
static joist_term part_next(struct print *p)
{
	joist_term part = TERM_NONE;

	while (p->frames.count && joist_is_none(part)) {
		uint64_t *frame = p->frames.words + p->frames.count - FRAME_WORDS;
		const char *before = frame[FRAME_KIND] == FRAME_TUPLE ? tuple_next(frame, &part)
				     : frame[FRAME_KIND] == FRAME_MAP ? map_part(frame, &part)
								      : list_next(frame, &part);
		add(p, before);
		if (joist_is_none(part))
			p->frames.count -= FRAME_WORDS;
	}
	return part;
}

static bool print(struct text *text, joist_term t, size_t size_max)
{
	struct print p = { .text = text, .size_max = size_max };
	bool good;

	walk_init(&p.frames);
	do {
		good = term_begin(&p, t) && text->size <= size_max;
		t = good ? part_next(&p) : TERM_NONE;
	} while (!joist_is_none(t));
	walk_finish(&p.frames);
	return good && !text->failed;
}

bool print_term(struct text *text, joist_term t)
{
	return print(text, t, text->size + PRINT_BYTES_MAX);
}

bool print_cut(struct text *text, joist_term t, size_t bytes)
{
	size_t size_max = text->size + bytes;

	if (print(text, t, size_max) && text->size <= size_max)
		return true;
	if (text->failed || text->size <= size_max)
		return false;
	while (size_max && (text->data[size_max] & 0xC0) == 0x80)
		size_max--;
	text->size = size_max;
	return text_add(text, "...", 3);
}
