/* Reads C declarations, one after the other. A wrong one is told of and stepped over, so that one run
 * tells of all. Any thread that owns what is read. */
#include "loader/prototype_parser.h"

/* Whether a function, or a type, may have that name. A variadic function has a declaration for each way to
 * call it. */
static bool check_new(const struct prototype_parser *p, const struct prototype_items *items,
		      const struct prototype_item *item)
{
	const struct prototype_item *first = prototype_find(items, item->name);

	if (!item->name)
		return prototype_refuse(p, item->at, "the declaration has no name; write one");
	if (!first || (first->type->is_variadic && item->type->is_variadic))
		return true;
	return prototype_refuse(p, item->at, "\"%s\" is declared on line %u too; keep one of them",
				item->name, first->at.line);
}

static bool keep(struct prototype_parser *p, struct prototype_items *items,
		 const struct prototype_item *read)
{
	struct prototype_item *item;

	if (!check_new(p, items, read))
		return false;
	item = prototype_add(p, items);
	if (!item)
		return false;
	item->name = read->name;
	item->at = read->at;
	item->type = read->type;
	item->notes = read->notes;
	return true;
}

static bool read_typedef(struct prototype_parser *p)
{
	struct prototype_item item = { .name = NULL };
	struct prototype_type *base;

	if (!prototype_step(p))
		return false;
	base = prototype_read_base(p);
	return base && prototype_read_declarator(p, base, &item) &&
	       keep(p, &p->into->typedefs, &item);
}

static bool read_function(struct prototype_parser *p, struct prototype_type *base)
{
	struct prototype_item item = { .name = NULL };

	if (!prototype_read_declarator(p, base, &item))
		return false;
	if (item.type->kind != PROTOTYPE_FUNCTION)
		return prototype_refuse(p, item.at,
					"a binding has functions and types only; take the variable "
					"out");
	if (item.type->of->kind != PROTOTYPE_VOID && !item.type->of->bytes)
		return prototype_refuse(p, item.at,
					"the result has no size; declare its type before, or "
					"return a pointer");
	return prototype_read_notes(p, &item, AT_FUNCTION) && keep(p, &p->into->functions, &item);
}

static bool read_declaration(struct prototype_parser *p)
{
	struct prototype_type *base;

	if (prototype_comes(p, "typedef"))
		return read_typedef(p);
	base = prototype_read_base(p);
	if (!base)
		return false;
	if (base->tag && !base->named && prototype_comes(p, ";"))
		return true;
	return read_function(p, base);
}

/* Steps over what is left of a wrong declaration: to a ; outside of braces. */
static void recover(struct prototype_parser *p)
{
	while (p->token.kind != TOKEN_END && (p->braces || !prototype_comes(p, ";"))) {
		if (!prototype_step(p))
			return;
	}
	p->depth = 0;
	if (p->token.kind != TOKEN_END)
		prototype_step(p);
}

bool prototype_read(struct prototypes *into, const struct prototype_source *source,
		    struct report *report)
{
	struct prototype_parser p = {
		.into = into,
		.lexer = { .file = source->file,
			   .report = report,
			   .at = source->text.data,
			   .end = (const char *)source->text.data + source->text.size,
			   .place = source->start,
			   .quoted = source->quoted },
	};
	size_t errors = report->errors;

	prototype_step(&p);
	while (p.token.kind != TOKEN_END && report->errors < REPORT_MAX) {
		/* What stands alone after the last of several texts needs no ; of its own. */
		if (!read_declaration(&p) ||
		    (p.token.kind != TOKEN_END &&
		     !prototype_expect(&p, ";", "end a declaration with ;")))
			recover(&p);
	}
	return report->errors == errors;
}
