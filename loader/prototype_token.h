/* The words, numbers and signs of a text of C declarations, each with its place. */
#ifndef JOIST_LOADER_PROTOTYPE_TOKEN_H
#define JOIST_LOADER_PROTOTYPE_TOKEN_H

#include "loader/report.h"

enum prototype_token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_NUMBER, /* an integer that is not negative */
	TOKEN_SIGN, /* one character */
	TOKEN_DOTS, /* ... */
	TOKEN_OPEN, /* [[ */
	TOKEN_CLOSE, /* ]] */
};

struct prototype_token {
	enum prototype_token_kind kind;
	const char *text; /* in the text that is read */
	size_t size;
	struct place at;
	uint64_t number;
};

struct prototype_lexer {
	const char *file; /* for errors, as is the report */
	struct report *report;
	const char *at, *end;
	struct place place; /* of `at`; columns are characters */
	bool quoted; /* it stands in a JSON string, where a line's end has two characters */
};

/* The next token. What is none ends the text, with an error added and false returned. */
bool prototype_token_next(struct prototype_lexer *lexer, struct prototype_token *ret_token);

/* Whether it is that word, or that sign. */
bool prototype_token_is(const struct prototype_token *token, const char *text);

#endif
