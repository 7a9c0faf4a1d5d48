/* Erlang text, token by token: what the parser of terms and that of patterns read. */
#ifndef JOIST_VM_TERM_LEX_H
#define JOIST_VM_TERM_LEX_H

#include <joist/term.h>

enum token {
	TOKEN_END,
	TOKEN_BAD, /* lex.error says why */
	TOKEN_ATOM, /* text: its name, in escapes if `quoted` */
	TOKEN_NAME, /* text: a variable */
	TOKEN_INTEGER, /* text: digits of `base`, perhaps with underscores */
	TOKEN_FLOAT, /* text */
	TOKEN_CHAR, /* character */
	TOKEN_STRING, /* text: what is between the quotes, in escapes */
	TOKEN_DOT, /* at the end */
	TOKEN_MAP, /* #{ */
	TOKEN_ARROW, /* => */
	TOKEN_ASSIGN, /* := */
	TOKEN_BITS, /* << */
	TOKEN_BITS_END, /* >> */
	TOKEN_OPEN = '{',
	TOKEN_CLOSE = '}',
	TOKEN_LIST = '[',
	TOKEN_LIST_END = ']',
	TOKEN_BAR = '|',
	TOKEN_COMMA = ',',
	TOKEN_COLON = ':',
	TOKEN_SLASH = '/',
	TOKEN_MINUS = '-',
	TOKEN_PLUS = '+',
	TOKEN_PIN = '^',
};

struct lex {
	const unsigned char *start, *at, *end;
	enum token token; /* the one read last */
	size_t offset; /* where it starts */
	struct joist_bytes text;
	unsigned base;
	bool quoted;
	uint32_t character;
	const char *error;
};

/* Borrows the text. */
void lex_init(struct lex *lex, struct joist_bytes text);

/* Reads the next token, past white space and comments. */
enum token lex_next(struct lex *lex);

/* The character at `*at` of a quoted text, which is below `end`, and `*at` past it; escapes are
 * undone. UTF8_BAD if it is none. */
uint32_t lex_char(const unsigned char **at, const unsigned char *end);

#endif
