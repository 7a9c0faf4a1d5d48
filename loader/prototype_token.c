/* Cuts C declarations into tokens. Whatever the bytes are, each call comes nearer to their end. Owns
 * nothing; any thread. */
#include "loader/prototype_token.h"

#include <stdint.h>
#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define DIGITS "0123456789"

static bool is_one_of(const struct prototype_lexer *lexer, const char *characters)
{
	return lexer->at < lexer->end && *lexer->at && strchr(characters, *lexer->at);
}

static bool starts_with(const struct prototype_lexer *lexer, const char *text)
{
	size_t size = strlen(text);

	return (size_t)(lexer->end - lexer->at) >= size && !memcmp(lexer->at, text, size);
}

static void step(struct prototype_lexer *lexer)
{
	if (lexer->quoted && is_one_of(lexer, "\n\t\r\"\\")) {
		lexer->place.column += 2;
	} else if (*lexer->at == '\n') {
		lexer->place.line++;
		lexer->place.column = 1;
	} else if ((*lexer->at & 0xc0) != 0x80) {
		/* The later bytes of a UTF-8 character are no columns of their own. */
		lexer->place.column++;
	}
	lexer->at++;
}

static void step_over(struct prototype_lexer *lexer, const char *characters)
{
	while (is_one_of(lexer, characters))
		step(lexer);
}

/* Up to that text, or to the end, where it returns false. */
static bool step_to(struct prototype_lexer *lexer, const char *text)
{
	while (lexer->at < lexer->end && !starts_with(lexer, text))
		step(lexer);
	return lexer->at < lexer->end;
}

static bool skip_comment(struct prototype_lexer *lexer)
{
	struct place start = lexer->place;

	if (starts_with(lexer, "//")) {
		step_to(lexer, "\n");
		return true;
	}
	step(lexer);
	step(lexer);
	if (!step_to(lexer, "*/"))
		return report_error(lexer->report, lexer->file, start,
				    "the comment does not end; close it with */");
	step(lexer);
	step(lexer);
	return true;
}

static bool skip_space(struct prototype_lexer *lexer)
{
	for (;;) {
		step_over(lexer, " \t\r\n\f\v");
		if (!starts_with(lexer, "//") && !starts_with(lexer, "/*"))
			return true;
		if (!skip_comment(lexer))
			return false;
	}
}

static unsigned digit_of(char letter)
{
	if (letter >= '0' && letter <= '9')
		return (unsigned)(letter - '0');
	if ((letter | 0x20) >= 'a' && (letter | 0x20) <= 'f')
		return (unsigned)((letter | 0x20) - 'a' + 10);
	return 16;
}

static bool refuse_number(const struct prototype_lexer *lexer, const struct prototype_token *token)
{
	return report_error(lexer->report, lexer->file, token->at,
			    "%.*s is no integer of 64 bits; write one, such as 10 or 0x1f",
			    token->size < 40 ? (int)token->size : 40, token->text);
}

/* Decimal, hexadecimal or octal, with the suffixes that make it long or unsigned. */
static bool read_number(struct prototype_lexer *lexer, struct prototype_token *token)
{
	const char *at = token->text, *end;
	unsigned base = 10, digit;

	step_over(lexer, DIGITS LETTERS ".");
	end = lexer->at;
	token->size = (size_t)(end - at);
	if (end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x') {
		base = 16;
		at += 2;
	} else if (at[0] == '0') {
		base = 8;
	}
	for (; at < end && (digit = digit_of(*at)) < base; at++) {
		if (token->number > (UINT64_MAX - digit) / base)
			return refuse_number(lexer, token);
		token->number = token->number * base + digit;
	}
	while (at < end && *at && strchr("uUlL", *at))
		at++;
	return at == end || refuse_number(lexer, token);
}

static bool refuse_character(const struct prototype_lexer *lexer)
{
	unsigned char what = (unsigned char)*lexer->at;

	if (what == '#')
		return report_error(
			lexer->report, lexer->file, lexer->place,
			"a binding has no preprocessor; write what the line stands for");
	if (what <= ' ' || what >= 0x7f)
		return report_error(lexer->report, lexer->file, lexer->place,
				    "there is a byte 0x%02x; write C declarations in ASCII", what);
	return report_error(lexer->report, lexer->file, lexer->place,
			    "there is a %c, which no declaration has; take it out", what);
}

static bool read_sign(struct prototype_lexer *lexer, struct prototype_token *token)
{
	static const struct {
		const char *text;
		enum prototype_token_kind kind;
	} longer[] = { { "...", TOKEN_DOTS }, { "[[", TOKEN_OPEN }, { "]]", TOKEN_CLOSE } };

	token->kind = TOKEN_SIGN;
	token->size = 1;
	for (size_t i = 0; i < sizeof(longer) / sizeof(longer[0]); i++) {
		if (starts_with(lexer, longer[i].text)) {
			token->kind = longer[i].kind;
			token->size = strlen(longer[i].text);
		}
	}
	if (token->size == 1 && !is_one_of(lexer, "()[]{}*,;=:-"))
		return refuse_character(lexer);
	for (size_t i = 0; i < token->size; i++)
		step(lexer);
	return true;
}

static bool read_token(struct prototype_lexer *lexer, struct prototype_token *token)
{
	if (!skip_space(lexer))
		return false;
	*token = (struct prototype_token){ .text = lexer->at, .at = lexer->place };
	if (lexer->at == lexer->end)
		return true;
	if (is_one_of(lexer, LETTERS)) {
		step_over(lexer, LETTERS DIGITS);
		token->kind = TOKEN_WORD;
		token->size = (size_t)(lexer->at - token->text);
		return true;
	}
	if (is_one_of(lexer, DIGITS)) {
		token->kind = TOKEN_NUMBER;
		return read_number(lexer, token);
	}
	return read_sign(lexer, token);
}

bool prototype_token_next(struct prototype_lexer *lexer, struct prototype_token *ret_token)
{
	if (read_token(lexer, ret_token))
		return true;
	lexer->at = lexer->end;
	*ret_token = (struct prototype_token){ .text = lexer->at, .at = lexer->place };
	return false;
}

bool prototype_token_is(const struct prototype_token *token, const char *text)
{
	return (token->kind == TOKEN_WORD || token->kind == TOKEN_SIGN) &&
	       token->size == strlen(text) && !memcmp(token->text, text, token->size);
}
