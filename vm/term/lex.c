/* The lexer. Bytes that are no UTF-8, and all else that no token starts with, are TOKEN_BAD; nothing
 * is allocated. Any thread, each with its own lex. */
#include "vm/term/lex.h"

#include "vm/base/utf8.h"
#include "vm/term/letter.h"

static bool is_space(uint32_t c)
{
	return c <= ' ' || (c >= 0x80 && c <= 0xA0);
}

/* Its value as a digit; 36 if it is none. */
static unsigned digit_of(uint32_t c)
{
	if (letter_is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 36;
}

void lex_init(struct lex *lex, struct joist_bytes text)
{
	static const unsigned char nothing[1];

	*lex = (struct lex){ .start = text.size ? text.data : nothing };
	lex->at = lex->start;
	lex->end = lex->start + text.size;
}

static enum token bad(struct lex *lex, const char *error)
{
	lex->error = error;
	return TOKEN_BAD;
}

/* The character at lex->at without taking it; 0 at the end. */
static uint32_t peek(const struct lex *lex)
{
	const unsigned char *at = lex->at;

	return at < lex->end ? utf8_next(&at, lex->end) : 0;
}

static bool take(struct lex *lex, unsigned char c)
{
	if (lex->at == lex->end || *lex->at != c)
		return false;
	lex->at++;
	return true;
}

/* White space and comments. */
static void skip(struct lex *lex)
{
	while (lex->at < lex->end) {
		const unsigned char *at = lex->at;
		uint32_t c = utf8_next(&at, lex->end);

		if (c == '%') {
			while (lex->at < lex->end && *lex->at != '\n')
				lex->at++;
			continue;
		}
		if (!is_space(c))
			return;
		lex->at = at;
	}
}

/* \x41 and \x{1F600}, from behind the x. */
static uint32_t escape_hex(const unsigned char **at, const unsigned char *end)
{
	const unsigned char *p = *at;
	bool braces = p < end && *p == '{';
	uint32_t c = 0;
	unsigned digits = 0;

	for (p += braces; p < end && digit_of(*p) < 16 && digits < (braces ? 8 : 2); digits++)
		c = c << 4 | digit_of(*p++);
	if (!digits || (!braces && digits < 2))
		return UTF8_BAD;
	if (braces && (p == end || *p++ != '}'))
		return UTF8_BAD;
	*at = p;
	return c;
}

static uint32_t escape_octal(const unsigned char **at, const unsigned char *end)
{
	uint32_t c = 0;

	for (unsigned n = 0; n < 3 && *at < end && **at >= '0' && **at <= '7'; n++)
		c = c << 3 | (uint32_t)(*(*at)++ - '0');
	return c;
}

/* From behind the backslash. */
static uint32_t escape(const unsigned char **at, const unsigned char *end)
{
	static const char names[] = "bdefnrstv";
	static const unsigned char values[] = { 8, 127, 27, 12, 10, 13, 32, 9, 11 };

	if (*at == end)
		return UTF8_BAD;
	if (**at >= '0' && **at <= '7')
		return escape_octal(at, end);
	uint32_t c = utf8_next(at, end);
	if (c == 'x')
		return escape_hex(at, end);
	if (c == '^') {
		if (*at == end || **at < '@' || **at > '_')
			return UTF8_BAD;
		return *(*at)++ & 31u;
	}
	for (unsigned i = 0; names[i]; i++) {
		if (c == (unsigned char)names[i])
			return values[i];
	}
	return c;
}

uint32_t lex_char(const unsigned char **at, const unsigned char *end)
{
	uint32_t c = utf8_next(at, end);

	if (c == '\\')
		c = escape(at, end);
	return c == UTF8_BAD || !utf8_valid(c) ? UTF8_BAD : c;
}

/* From behind the opening quote. */
static enum token quoted(struct lex *lex, unsigned char quote, enum token token)
{
	const unsigned char *start = lex->at;

	lex->quoted = true;
	while (lex->at < lex->end) {
		lex->text = (struct joist_bytes){ start, (size_t)(lex->at - start) };
		if (take(lex, quote))
			return token;
		if (lex_char(&lex->at, lex->end) == UTF8_BAD)
			return bad(lex, "a character that is none");
	}
	return bad(lex, "a quote that nothing ends");
}

/* Digits of `base` with single underscores between them; false if there are none. */
static bool digits(struct lex *lex, unsigned base)
{
	const unsigned char *start = lex->at;

	while (lex->at < lex->end) {
		if (digit_of(*lex->at) < base)
			lex->at++;
		else if (*lex->at == '_' && lex->at > start && lex->at + 1 < lex->end &&
			 digit_of(lex->at[-1]) < base && digit_of(lex->at[1]) < base)
			lex->at++;
		else
			break;
	}
	return lex->at > start;
}

static enum token integer(struct lex *lex, const unsigned char *start, unsigned base)
{
	lex->text = (struct joist_bytes){ start, (size_t)(lex->at - start) };
	lex->base = base;
	return TOKEN_INTEGER;
}

/* 16#FF, from behind the #; the base stands at `start`. */
static enum token based(struct lex *lex, const unsigned char *start)
{
	unsigned base = 0;

	for (const unsigned char *p = start; *p != '#'; p++)
		base = base < 100 && *p != '_' ? base * 10 + digit_of(*p) : base;
	if (base < 2 || base > 36)
		return bad(lex, "a base that is not from 2 to 36");
	start = lex->at;
	return digits(lex, base) ? integer(lex, start, base) : bad(lex, "a number without digits");
}

static enum token number(struct lex *lex)
{
	const unsigned char *start = lex->at;

	digits(lex, 10);
	if (take(lex, '#'))
		return based(lex, start);
	if (lex->end - lex->at < 2 || *lex->at != '.' || !letter_is_digit(lex->at[1]))
		return integer(lex, start, 10);
	lex->at++;
	digits(lex, 10);
	if (take(lex, 'e') || take(lex, 'E')) {
		if (!take(lex, '-'))
			take(lex, '+');
		if (!digits(lex, 10))
			return bad(lex, "an exponent without digits");
	}
	lex->text = (struct joist_bytes){ start, (size_t)(lex->at - start) };
	return TOKEN_FLOAT;
}

static enum token name(struct lex *lex, enum token token)
{
	const unsigned char *start = lex->at;

	while (letter_is_name(peek(lex)))
		utf8_next(&lex->at, lex->end);
	lex->text = (struct joist_bytes){ start, (size_t)(lex->at - start) };
	lex->quoted = false;
	return token;
}

/* From behind the $. */
static enum token character(struct lex *lex)
{
	if (lex->at == lex->end)
		return bad(lex, "a $ without a character");
	lex->character = lex_char(&lex->at, lex->end);
	return lex->character == UTF8_BAD ? bad(lex, "a character that is none") : TOKEN_CHAR;
}

/* Signs of two characters, then of one. */
static enum token sign(struct lex *lex, unsigned char c)
{
	static const struct {
		char first, second;
		enum token token;
	} pairs[] = {
		{ '#', '{', TOKEN_MAP },  { '=', '>', TOKEN_ARROW },	{ ':', '=', TOKEN_ASSIGN },
		{ '<', '<', TOKEN_BITS }, { '>', '>', TOKEN_BITS_END },
	};

	for (unsigned i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		if (c == pairs[i].first && take(lex, (unsigned char)pairs[i].second))
			return pairs[i].token;
	}
	for (const char *p = "{}[]|,:/-+^"; *p; p++) {
		if (c == *p)
			return (enum token)c;
	}
	if (c == '.' && (lex->at == lex->end || is_space(*lex->at) || *lex->at == '%'))
		return TOKEN_DOT;
	return bad(lex, "a character that has no meaning here");
}

static enum token token_read(struct lex *lex)
{
	skip(lex);
	lex->offset = (size_t)(lex->at - lex->start);
	if (lex->at == lex->end)
		return TOKEN_END;
	uint32_t c = peek(lex);
	if (c == UTF8_BAD)
		return bad(lex, "bytes that are not UTF-8");
	if (letter_is_lower(c))
		return name(lex, TOKEN_ATOM);
	if (letter_is_upper(c) || c == '_')
		return name(lex, TOKEN_NAME);
	if (letter_is_digit(c))
		return number(lex);
	utf8_next(&lex->at, lex->end);
	switch (c) {
	case '\'':
		return quoted(lex, '\'', TOKEN_ATOM);
	case '"':
		return quoted(lex, '"', TOKEN_STRING);
	case '$':
		return character(lex);
	}
	return c < 0x80 ? sign(lex, (unsigned char)c)
			: bad(lex, "a character that has no meaning here");
}

enum token lex_next(struct lex *lex)
{
	return lex->token = token_read(lex);
}
