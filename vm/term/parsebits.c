/* Segments, one behind the other: bytes ("text", in Latin-1, or in UTF-8 with /utf8) and integers
 * (1, -1, $a, 5:3). Gathered in a text, then made a term. Any thread. */
#include "vm/term/parsebits.h"

#include "vm/base/text.h"
#include "vm/base/utf8.h"
#include "vm/term/big.h"
#include "vm/term/bin.h"

#define SEGMENT_BITS_MAX 64

struct gather {
	struct text text; /* the last byte may be begun */
	size_t bits;
	const char *message;
};

static bool fail(struct gather *g, const char *message)
{
	g->message = message;
	return false;
}

/* The lower `count` bits of `value`, the highest first. */
static bool add_bits(struct gather *g, uint64_t value, unsigned count)
{
	while (count) {
		unsigned used = g->bits % 8, part = 8 - used < count ? 8 - used : count;
		unsigned bits = (unsigned)(value >> (count - part)) & ((1u << part) - 1);

		if (!used && !text_add_char(&g->text, 0))
			return false;
		g->text.data[g->text.size - 1] |= (char)(bits << (8 - used - part));
		g->bits += part;
		count -= part;
	}
	return true;
}

static bool is_utf8(struct joist_bytes name)
{
	return name.size == 4 && !__builtin_memcmp(name.data, "utf8", 4);
}

/* "text" or "text"/utf8; leaves the lexer behind it. */
static bool segment_string(struct gather *g, struct lex *lex)
{
	const unsigned char *at = lex->text.data, *end = at + lex->text.size;
	bool wide = lex_next(lex) == TOKEN_SLASH;

	if (wide && (lex_next(lex) != TOKEN_ATOM || !is_utf8(lex->text)))
		return fail(g, "a type that is not utf8");
	if (wide)
		lex_next(lex);
	while (at < end) {
		unsigned char bytes[UTF8_BYTES_MAX];
		uint32_t c = lex_char(&at, end);
		unsigned size = wide ? utf8_put(bytes, c) : 1;
		if (!wide)
			bytes[0] = (unsigned char)c;
		if (!wide && c > 0xFF)
			return fail(g, "a character above 255 in bytes; put /utf8 behind the text");
		for (unsigned i = 0; i < size; i++) {
			if (!add_bits(g, bytes[i], 8))
				return false;
		}
	}
	return true;
}

/* The integer at the lex, which must fit 64 bits. */
static bool segment_value(struct gather *g, struct lex *lex, uint64_t *ret_value)
{
	bool negative = lex->token == TOKEN_MINUS;
	uint64_t memory[16];
	struct arena space = arena_over(memory, 16);

	if (negative)
		lex_next(lex);
	if (lex->token == TOKEN_CHAR) {
		*ret_value = negative ? -(uint64_t)lex->character : lex->character;
		return true;
	}
	if (lex->token != TOKEN_INTEGER)
		return fail(g, "neither text nor an integer in <<>>");
	joist_term t = lex->text.size <= 64 ? big_parse(&space, lex->text, lex->base, negative)
					    : TERM_NONE;
	if (term_is_int(t))
		*ret_value = (uint64_t)int_value(t);
	else if (term_is_box(t, BOX_BIG) && box_extra(*term_box(t)) / 2 == 1)
		*ret_value = negative ? -term_box(t)[1] : term_box(t)[1];
	else
		return fail(g, "an integer of more than 64 bits in <<>>");
	return true;
}

/* 5 or 5:3; leaves the lexer behind it. */
static bool segment_integer(struct gather *g, struct lex *lex)
{
	uint64_t value, size = 8;

	if (!segment_value(g, lex, &value))
		return false;
	if (lex_next(lex) == TOKEN_COLON) {
		lex_next(lex);
		if (!segment_value(g, lex, &size))
			return false;
		if (size > SEGMENT_BITS_MAX)
			return fail(g, "a segment of more than 64 bits");
		lex_next(lex);
	}
	return add_bits(g, value, (unsigned)size);
}

static bool segments(struct gather *g, struct lex *lex)
{
	if (lex_next(lex) == TOKEN_BITS_END)
		return true;
	for (;; lex_next(lex)) {
		bool good = lex->token == TOKEN_STRING ? segment_string(g, lex)
						       : segment_integer(g, lex);
		if (!good)
			return false;
		if (lex->token == TOKEN_BITS_END)
			return true;
		if (lex->token != TOKEN_COMMA)
			return fail(g, "a comma or >> missing");
	}
}

joist_term parsebits(struct arena *arena, struct lex *lex, const char **ret_message)
{
	struct gather g = { .bits = 0 };
	joist_term t = TERM_NONE;

	if (segments(&g, lex))
		t = term_bits(arena, g.text.data, g.bits);
	else
		*ret_message = lex->token == TOKEN_BAD ? lex->error : g.message;
	text_finish(&g.text);
	return t;
}
