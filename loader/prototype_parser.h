/* The parts of the reader of C declarations: what they share, and what each reads. */
#ifndef JOIST_LOADER_PROTOTYPE_PARSER_H
#define JOIST_LOADER_PROTOTYPE_PARSER_H

#include "loader/prototype.h"
#include "loader/prototype_token.h"

struct prototype_parser {
	struct prototypes *into;
	struct prototype_lexer lexer;
	struct prototype_token token; /* that comes next */
	unsigned depth;
	size_t braces; /* that are open before it */
};

/* Where notes stand. */
enum prototype_place {
	AT_FUNCTION = 1,
	AT_PARAMETER = 2,
	AT_ENUMERATOR = 4,
};

/* Zeroed memory of the arena; NULL, with an error added, when it is short. */
void *prototype_take(struct prototype_parser *p, size_t bytes);

/* A copy of a token's text, ended by zero. */
const char *prototype_word(struct prototype_parser *p, const struct prototype_token *token);

/* A new item at the end of the list; NULL when memory is short. */
struct prototype_item *prototype_add(struct prototype_parser *p, struct prototype_items *items);

/* Goes on to the next token. */
bool prototype_step(struct prototype_parser *p);

/* Whether that word or sign comes next. */
bool prototype_comes(const struct prototype_parser *p, const char *text);

/* Steps over it; false, with "WHAT; REMEDY" told, if it does not come. */
bool prototype_expect(struct prototype_parser *p, const char *text, const char *remedy);

/* "WHAT; REMEDY" at a place; false. */
bool prototype_refuse(const struct prototype_parser *p, struct place at, const char *format, ...)
	JOIST_PRINTF(3, 4);

/* Reads what a declaration begins with: int, const struct x. NULL, with an error added, if it is none. */
struct prototype_type *prototype_read_base(struct prototype_parser *p);

/* Reads what follows it, with stars and brackets and maybe a name, into `item`. */
bool prototype_read_declarator(struct prototype_parser *p, struct prototype_type *base,
			       struct prototype_item *item);

/* Reads { ... } of an enum or struct. */
bool prototype_read_tag(struct prototype_parser *p, struct prototype_tag *tag);

/* Reads [[ ... ]], if one is there. */
bool prototype_read_notes(struct prototype_parser *p, struct prototype_item *item,
			  enum prototype_place place);

#endif
