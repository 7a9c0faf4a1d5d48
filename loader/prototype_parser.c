/* What all parts of the reader of C declarations do: taking memory, going on, telling what is wrong. Any
 * thread that owns the parser. */
#include "loader/prototype_parser.h"

#include <stdarg.h>
#include <string.h>

void *prototype_take(struct prototype_parser *p, size_t bytes)
{
	void *memory = arena_take(&p->into->arena, (bytes + 7) / 8);

	if (memory)
		memset(memory, 0, bytes);
	else
		report_short(p->lexer.report, p->lexer.file);
	return memory;
}

const char *prototype_word(struct prototype_parser *p, const struct prototype_token *token)
{
	char *word;

	if (token->size > 255) {
		prototype_refuse(p, token->at, "the name has %zu letters; write at most 255",
				 token->size);
		return NULL;
	}
	word = prototype_take(p, token->size + 1);
	return word ? memcpy(word, token->text, token->size) : NULL;
}

struct prototype_item *prototype_add(struct prototype_parser *p, struct prototype_items *items)
{
	struct prototype_item *item;

	if (items->count == PROTOTYPES_MAX) {
		prototype_refuse(p, p->token.at, "there are more than %d of these; declare fewer",
				 PROTOTYPES_MAX);
		return NULL;
	}
	item = prototype_take(p, sizeof(*item));
	if (!item)
		return NULL;
	item->at = p->token.at;
	if (items->last)
		items->last->next = item;
	else
		items->first = item;
	items->last = item;
	items->count++;
	return item;
}

bool prototype_step(struct prototype_parser *p)
{
	if (prototype_comes(p, "{"))
		p->braces++;
	else if (prototype_comes(p, "}") && p->braces)
		p->braces--;
	return prototype_token_next(&p->lexer, &p->token);
}

bool prototype_comes(const struct prototype_parser *p, const char *text)
{
	return prototype_token_is(&p->token, text);
}

bool prototype_refuse(const struct prototype_parser *p, struct place at, const char *format, ...)
{
	va_list arguments;
	char text[1024];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return report_error(p->lexer.report, p->lexer.file, at, "%s", text);
}

bool prototype_expect(struct prototype_parser *p, const char *text, const char *remedy)
{
	int size = p->token.size < 64 ? (int)p->token.size : 64;

	if (prototype_comes(p, text))
		return prototype_step(p);
	if (p->token.kind == TOKEN_END)
		return prototype_refuse(p, p->token.at, "the text ends where %s should be; %s",
					text, remedy);
	return prototype_refuse(p, p->token.at, "there is %.*s where %s should be; %s", size,
				p->token.text, text, remedy);
}
