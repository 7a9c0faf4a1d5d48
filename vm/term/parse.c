/* The parser: values that have been read, and the brackets that are open, wait on stacks of words, so
 * that no depth of brackets overflows the thread's. Any thread, each with its own arena. */
#include "vm/term/parse.h"

#include <string.h>

#include "vm/base/utf8.h"
#include "vm/term/atom.h"
#include "vm/term/big.h"
#include "vm/term/double.h"
#include "vm/term/map.h"
#include "vm/term/parsebits.h"
#include "vm/term/walk.h"

/* An open bracket, in one word on the stack: where its values start, and its kind. */
enum frame_kind { FRAME_TUPLE, FRAME_LIST, FRAME_TAIL, FRAME_MAP };
#define FRAME_BITS 2

struct parse {
	struct lex lex;
	struct arena *arena;
	const struct parse_dialect *dialect; /* NULL: terms alone */
	struct walk values, frames;
	const char *message;
	bool more; /* the lexer is at the first token of a value */
};

static joist_term fail(struct parse *p, const char *message)
{
	if (!p->message)
		p->message = message;
	return TERM_NONE;
}

/* ---- values without parts ---- */

static joist_term parse_atom(struct parse *p)
{
	char name[ATOM_CHARS_MAX * UTF8_BYTES_MAX + UTF8_BYTES_MAX];
	const unsigned char *at = p->lex.text.data, *end = at + p->lex.text.size;
	size_t size = 0, chars = 0;

	for (; at < end; chars++) {
		if (chars == ATOM_CHARS_MAX)
			return fail(p, "an atom of more than 255 characters");
		uint32_t c = p->lex.quoted ? lex_char(&at, end) : utf8_next(&at, end);
		size += utf8_put((unsigned char *)name + size, c);
	}
	joist_atom atom = atom_make(name, size);
	if (!atom.word && atom_is_full())
		return fail(p, "an atom beyond the limit of the table");
	return atom_term(atom);
}

/* Two words for each character, one behind the other. */
static joist_term parse_string(struct parse *p)
{
	const unsigned char *at = p->lex.text.data, *end = at + p->lex.text.size;
	size_t chars = 0;

	for (const unsigned char *q = at; q < end; chars++)
		lex_char(&q, end);
	if (!chars)
		return TERM_NIL;
	uint64_t *cells = arena_take(p->arena, 2 * chars);
	if (!cells)
		return TERM_NONE;
	for (size_t i = 0; i < chars; i++) {
		cells[2 * i] = term_small(lex_char(&at, end)).word;
		cells[2 * i + 1] = term_from_cell(cells + 2 * i + 2).word;
	}
	cells[2 * chars - 1] = TERM_NIL.word;
	return term_from_cell(cells);
}

static joist_term parse_number(struct parse *p, bool negative)
{
	double value;

	switch (p->lex.token) {
	case TOKEN_CHAR:
		return term_small(negative ? -(int64_t)p->lex.character : p->lex.character);
	case TOKEN_INTEGER:
		if (p->lex.text.size > PARSE_DIGITS_MAX)
			return fail(p, "an integer of more than 100000 digits");
		return big_parse(p->arena, p->lex.text, p->lex.base, negative);
	case TOKEN_FLOAT:
		if (!double_parse(p->lex.text, &value))
			return fail(p, "a float that is too large or too long");
		return term_float(p->arena, negative ? -value : value);
	default:
		return fail(p, "a sign without a number");
	}
}

static joist_term parse_variable(struct parse *p)
{
	bool pinned = p->lex.token == TOKEN_PIN;
	const char *message = NULL;

	if (!p->dialect)
		return fail(p, pinned ? "a ^ outside a pattern" : "a variable outside a pattern");
	if (pinned && lex_next(&p->lex) != TOKEN_NAME)
		return fail(p, "a ^ without a variable");
	joist_term t = p->dialect->variable(p->dialect->owner, p->lex.text, pinned, &message);
	return joist_is_none(t) ? fail(p, message) : t;
}

/* ---- brackets ---- */

static size_t depth_max(const struct parse *p)
{
	return p->dialect ? p->dialect->depth_max : PARSE_DEPTH_MAX;
}

static enum frame_kind frame_kind(const struct parse *p)
{
	return p->frames.words[p->frames.count - 1] & ((1 << FRAME_BITS) - 1);
}

/* The values since the innermost bracket. */
static joist_term *frame_values(struct parse *p, size_t *ret_count)
{
	size_t start = p->frames.words[p->frames.count - 1] >> FRAME_BITS;

	*ret_count = p->values.count - start;
	return (joist_term *)(p->values.words + start);
}

static joist_term build_map(struct parse *p, const joist_term *items, size_t pairs)
{
	const char *message = NULL;
	joist_term map;

	if (!p->dialect)
		return term_map(p->arena, items, pairs);
	map = p->dialect->map(p->dialect->owner, items, pairs, &message);
	return joist_is_none(map) ? fail(p, message) : map;
}

static joist_term build_list(struct parse *p, const joist_term *items, size_t count,
			     joist_term tail)
{
	while (count-- > 0 && !joist_is_none(tail))
		tail = term_cons(p->arena, items[count], tail);
	return tail;
}

/* Closes the innermost bracket: its value. */
static joist_term frame_close(struct parse *p)
{
	size_t count;
	joist_term *items = frame_values(p, &count), t;

	switch (frame_kind(p)) {
	case FRAME_TUPLE:
		t = term_tuple(p->arena, items, count);
		break;
	case FRAME_LIST:
		t = build_list(p, items, count, TERM_NIL);
		break;
	case FRAME_TAIL:
		t = build_list(p, items, count - 1, items[count - 1]);
		break;
	case FRAME_MAP:
		t = build_map(p, items, count / 2);
		break;
	}
	p->values.count -= count;
	p->frames.count--;
	return t;
}

/* Opens one; if it closes at once, its value. */
static joist_term parse_open(struct parse *p, enum frame_kind kind, enum token close)
{
	if (p->frames.count >= depth_max(p))
		return fail(p, "brackets nested too deep");
	if (!walk_push(&p->frames, (uint64_t)p->values.count << FRAME_BITS | kind))
		return TERM_NONE;
	p->more = lex_next(&p->lex) != close;
	return p->more ? TERM_NONE : frame_close(p);
}

/* A value, with the lexer at its last token; or none: `more` if a bracket was opened. */
static joist_term parse_value(struct parse *p)
{
	switch (p->lex.token) {
	case TOKEN_ATOM:
		return parse_atom(p);
	case TOKEN_INTEGER:
	case TOKEN_FLOAT:
	case TOKEN_CHAR:
		return parse_number(p, false);
	case TOKEN_MINUS:
	case TOKEN_PLUS: {
		bool negative = p->lex.token == TOKEN_MINUS;
		lex_next(&p->lex);
		return parse_number(p, negative);
	}
	case TOKEN_STRING:
		return parse_string(p);
	case TOKEN_BITS: {
		const char *message = NULL;
		joist_term t = parsebits(p->arena, &p->lex, &message);
		return joist_is_none(t) ? fail(p, message) : t;
	}
	case TOKEN_NAME:
	case TOKEN_PIN:
		return parse_variable(p);
	case TOKEN_OPEN:
		return parse_open(p, FRAME_TUPLE, TOKEN_CLOSE);
	case TOKEN_LIST:
		return parse_open(p, FRAME_LIST, TOKEN_LIST_END);
	case TOKEN_MAP:
		return parse_open(p, FRAME_MAP, TOKEN_CLOSE);
	case TOKEN_BAD:
		return fail(p, p->lex.error);
	case TOKEN_END:
		return fail(p, "the end of the text where a term should stand");
	default:
		return fail(p, "a sign where a term should stand");
	}
}

/* Whether the token may stand behind a value in the innermost bracket and have another follow. */
static bool is_between(struct parse *p)
{
	enum token token = p->lex.token;
	uint64_t *frame = p->frames.words + p->frames.count - 1;
	size_t count;

	frame_values(p, &count);
	switch (frame_kind(p)) {
	case FRAME_LIST:
		if (token == TOKEN_BAR)
			*frame += FRAME_TAIL - FRAME_LIST;
		return token == TOKEN_COMMA || token == TOKEN_BAR;
	case FRAME_TUPLE:
		return token == TOKEN_COMMA;
	case FRAME_MAP:
		if (count % 2 == 0)
			return token == TOKEN_COMMA;
		if (token == TOKEN_ASSIGN)
			return p->dialect;
		return token == TOKEN_ARROW && !(p->dialect && p->dialect->only_assign);
	case FRAME_TAIL:
		break;
	}
	return false;
}

static bool is_close(struct parse *p)
{
	size_t count;

	frame_values(p, &count);
	switch (frame_kind(p)) {
	case FRAME_LIST:
	case FRAME_TAIL:
		return p->lex.token == TOKEN_LIST_END;
	case FRAME_MAP:
		return p->lex.token == TOKEN_CLOSE && count % 2 == 0;
	case FRAME_TUPLE:
		break;
	}
	return p->lex.token == TOKEN_CLOSE;
}

/* What may not stand behind a value. */
static const char *wrong_token(const struct parse *p)
{
	switch (p->lex.token) {
	case TOKEN_BAD:
		return p->lex.error;
	case TOKEN_END:
	case TOKEN_DOT:
		return "a bracket that nothing closes";
	case TOKEN_ARROW:
		if (p->dialect && p->dialect->only_assign && frame_kind(p) == FRAME_MAP)
			return "=> in a match, where keys are asked for with :=";
		break;
	default:
		break;
	}
	return frame_kind(p) == FRAME_MAP ? "a key without a value, or a comma missing"
					  : "a comma or a closing bracket missing";
}

/* Behind the value `t` in a bracket: the bracket's value if that closes it, else none. */
static joist_term value_end(struct parse *p, joist_term t)
{
	if (!walk_push(&p->values, t.word))
		return TERM_NONE;
	if (is_close(p))
		return frame_close(p);
	if (!is_between(p))
		return fail(p, wrong_token(p));
	lex_next(&p->lex);
	p->more = true;
	return TERM_NONE;
}

static joist_term parse_run(struct parse *p)
{
	joist_term t;

	lex_next(&p->lex);
	do {
		p->more = false;
		t = parse_value(p);
		while (!joist_is_none(t)) {
			lex_next(&p->lex);
			if (!p->frames.count)
				return t;
			t = value_end(p, t);
		}
	} while (p->more && !p->message);
	return TERM_NONE;
}

/* A full stop, and nothing behind it. */
static bool text_ends(struct parse *p)
{
	if (p->lex.token == TOKEN_DOT)
		lex_next(&p->lex);
	return p->lex.token == TOKEN_END;
}

joist_term parse_pattern(struct arena *arena, struct joist_bytes text,
			 const struct parse_dialect *dialect, struct parse_error *ret_error)
{
	struct parse p = { .arena = arena, .dialect = dialect };
	joist_term t;

	lex_init(&p.lex, text);
	walk_init(&p.values);
	walk_init(&p.frames);
	t = parse_run(&p);
	if (!joist_is_none(t) && !text_ends(&p))
		t = fail(&p, p.lex.token == TOKEN_BAD ? p.lex.error : "more text behind the term");
	walk_finish(&p.values);
	walk_finish(&p.frames);
	if (joist_is_none(t) && ret_error)
		*ret_error = (struct parse_error){ p.lex.offset, p.message };
	return t;
}

joist_term parse_term(struct arena *arena, struct joist_bytes text, struct parse_error *ret_error)
{
	return parse_pattern(arena, text, NULL, ret_error);
}
