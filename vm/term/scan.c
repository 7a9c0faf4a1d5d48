/* The scanner. Bytes that are no UTF-8, and all else that no token starts with, are TOKEN_BAD; nothing
 * is allocated. Any thread, each with its own scan. */
#include "vm/term/scan.h"

#include "vm/term/letter.h"
#include "vm/term/utf8.h"

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

void scan_init(struct scan *scan, struct joist_bytes text)
{
	static const unsigned char nothing[1];

	*scan = (struct scan){ .start = text.size ? text.data : nothing };
	scan->at = scan->start;
	scan->end = scan->start + text.size;
}

static enum token bad(struct scan *scan, const char *error)
{
	scan->error = error;
	return TOKEN_BAD;
}

/* The character at scan->at without taking it; 0 at the end. */
static uint32_t peek(const struct scan *scan)
{
	const unsigned char *at = scan->at;

	return at < scan->end ? utf8_next(&at, scan->end) : 0;
}

static bool take(struct scan *scan, unsigned char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

/* White space and comments. */
static void skip(struct scan *scan)
{
	while (scan->at < scan->end) {
		const unsigned char *at = scan->at;
		uint32_t c = utf8_next(&at, scan->end);

		if (c == '%') {
			while (scan->at < scan->end && *scan->at != '\n')
				scan->at++;
			continue;
		}
		if (!is_space(c))
			return;
		scan->at = at;
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

uint32_t scan_char(const unsigned char **at, const unsigned char *end)
{
	uint32_t c = utf8_next(at, end);

	if (c == '\\')
		c = escape(at, end);
	return c == UTF8_BAD || !utf8_valid(c) ? UTF8_BAD : c;
}

/* From behind the opening quote. */
static enum token quoted(struct scan *scan, unsigned char quote, enum token token)
{
	const unsigned char *start = scan->at;

	scan->quoted = true;
	while (scan->at < scan->end) {
		scan->text = (struct joist_bytes){ start, (size_t)(scan->at - start) };
		if (take(scan, quote))
			return token;
		if (scan_char(&scan->at, scan->end) == UTF8_BAD)
			return bad(scan, "a character that is none");
	}
	return bad(scan, "a quote that nothing ends");
}

/* Digits of `base` with single underscores between them; false if there are none. */
static bool digits(struct scan *scan, unsigned base)
{
	const unsigned char *start = scan->at;

	while (scan->at < scan->end) {
		if (digit_of(*scan->at) < base)
			scan->at++;
		else if (*scan->at == '_' && scan->at > start && scan->at + 1 < scan->end &&
			 digit_of(scan->at[-1]) < base && digit_of(scan->at[1]) < base)
			scan->at++;
		else
			break;
	}
	return scan->at > start;
}

static enum token integer(struct scan *scan, const unsigned char *start, unsigned base)
{
	scan->text = (struct joist_bytes){ start, (size_t)(scan->at - start) };
	scan->base = base;
	return TOKEN_INTEGER;
}

/* 16#FF, from behind the #; the base stands at `start`. */
static enum token based(struct scan *scan, const unsigned char *start)
{
	unsigned base = 0;

	for (const unsigned char *p = start; *p != '#'; p++)
		base = base < 100 && *p != '_' ? base * 10 + digit_of(*p) : base;
	if (base < 2 || base > 36)
		return bad(scan, "a base that is not from 2 to 36");
	start = scan->at;
	return digits(scan, base) ? integer(scan, start, base)
				  : bad(scan, "a number without digits");
}

static enum token number(struct scan *scan)
{
	const unsigned char *start = scan->at;

	digits(scan, 10);
	if (take(scan, '#'))
		return based(scan, start);
	if (scan->end - scan->at < 2 || *scan->at != '.' || !letter_is_digit(scan->at[1]))
		return integer(scan, start, 10);
	scan->at++;
	digits(scan, 10);
	if (take(scan, 'e') || take(scan, 'E')) {
		if (!take(scan, '-'))
			take(scan, '+');
		if (!digits(scan, 10))
			return bad(scan, "an exponent without digits");
	}
	scan->text = (struct joist_bytes){ start, (size_t)(scan->at - start) };
	return TOKEN_FLOAT;
}

static enum token name(struct scan *scan, enum token token)
{
	const unsigned char *start = scan->at;

	while (letter_is_name(peek(scan)))
		utf8_next(&scan->at, scan->end);
	scan->text = (struct joist_bytes){ start, (size_t)(scan->at - start) };
	scan->quoted = false;
	return token;
}

/* From behind the $. */
static enum token character(struct scan *scan)
{
	if (scan->at == scan->end)
		return bad(scan, "a $ without a character");
	scan->character = scan_char(&scan->at, scan->end);
	return scan->character == UTF8_BAD ? bad(scan, "a character that is none") : TOKEN_CHAR;
}

/* Signs of two characters, then of one. */
static enum token sign(struct scan *scan, unsigned char c)
{
	static const struct {
		char first, second;
		enum token token;
	} pairs[] = {
		{ '#', '{', TOKEN_MAP },  { '=', '>', TOKEN_ARROW },	{ ':', '=', TOKEN_ASSIGN },
		{ '<', '<', TOKEN_BITS }, { '>', '>', TOKEN_BITS_END },
	};

	for (unsigned i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		if (c == pairs[i].first && take(scan, (unsigned char)pairs[i].second))
			return pairs[i].token;
	}
	for (const char *p = "{}[]|,:/-+^"; *p; p++) {
		if (c == *p)
			return (enum token)c;
	}
	if (c == '.' && (scan->at == scan->end || is_space(*scan->at) || *scan->at == '%'))
		return TOKEN_DOT;
	return bad(scan, "a character that has no meaning here");
}

static enum token token_read(struct scan *scan)
{
	skip(scan);
	scan->offset = (size_t)(scan->at - scan->start);
	if (scan->at == scan->end)
		return TOKEN_END;
	uint32_t c = peek(scan);
	if (c == UTF8_BAD)
		return bad(scan, "bytes that are not UTF-8");
	if (letter_is_lower(c))
		return name(scan, TOKEN_ATOM);
	if (letter_is_upper(c) || c == '_')
		return name(scan, TOKEN_NAME);
	if (letter_is_digit(c))
		return number(scan);
	utf8_next(&scan->at, scan->end);
	switch (c) {
	case '\'':
		return quoted(scan, '\'', TOKEN_ATOM);
	case '"':
		return quoted(scan, '"', TOKEN_STRING);
	case '$':
		return character(scan);
	}
	return c < 0x80 ? sign(scan, (unsigned char)c)
			: bad(scan, "a character that has no meaning here");
}

enum token scan_next(struct scan *scan)
{
	return scan->token = token_read(scan);
}
