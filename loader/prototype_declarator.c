/* Reads what follows the base of a C declaration: stars, a name, brackets, parameters. Recursion is capped.
 * Any thread that owns the parser. */
#include "loader/prototype_parser.h"

#include <string.h>

/* What can be written on a pointer to. */
#define STARS_MAX 4

static bool enter(struct prototype_parser *p)
{
	if (p->depth == PROTOTYPE_DEPTH_MAX)
		return prototype_refuse(p, p->token.at,
					"the declaration is nested deeper than %d; name parts of "
					"it with typedef",
					PROTOTYPE_DEPTH_MAX);
	p->depth++;
	return true;
}

static struct prototype_type *make(struct prototype_parser *p, enum prototype_kind kind,
				   struct prototype_type *of)
{
	struct prototype_type *type = prototype_take(p, sizeof(*type));

	if (!type)
		return NULL;
	type->kind = kind;
	type->of = of;
	if (kind == PROTOTYPE_POINTER)
		type->bytes = type->alignment = sizeof(void *);
	return type;
}

static bool read_stars(struct prototype_parser *p, struct prototype_type **type)
{
	unsigned stars = 0;

	while (prototype_comes(p, "*")) {
		if (stars++ == STARS_MAX)
			return prototype_refuse(p, p->token.at,
						"there are more than %d stars; write fewer",
						STARS_MAX);
		*type = make(p, PROTOTYPE_POINTER, *type);
		if (!*type || !prototype_step(p))
			return false;
		while (prototype_comes(p, "const") || prototype_comes(p, "volatile") ||
		       prototype_comes(p, "restrict") || prototype_comes(p, "__restrict")) {
			(*type)->is_const |= prototype_comes(p, "const");
			if (!prototype_step(p))
				return false;
		}
	}
	return true;
}

/* What a parameter of that type is given as. */
static bool adjust_parameter(struct prototype_parser *p, struct prototype_item *item)
{
	struct prototype_type *type = item->type;

	if (type->kind == PROTOTYPE_ARRAY)
		item->type = make(p, PROTOTYPE_POINTER, type->of);
	else if (type->kind == PROTOTYPE_FUNCTION)
		item->type = make(p, PROTOTYPE_POINTER, type);
	if (!item->type)
		return false;
	if (!item->type->bytes)
		return prototype_refuse(p, item->at,
					"a parameter of that type has no size; declare its parts "
					"before, or write a pointer to it");
	return true;
}

/* C gives these as int or double where ... stands, so that no function finds them. */
static bool check_promoted(const struct prototype_parser *p, const struct prototype_item *item)
{
	const struct prototype_type *type = item->type;

	if (type->kind == PROTOTYPE_REAL && type->bytes < sizeof(double))
		return prototype_refuse(p, item->at,
					"behind ... a float is given as a double; write double");
	if ((type->kind == PROTOTYPE_INTEGER || type->kind == PROTOTYPE_BOOL) &&
	    type->bytes < sizeof(int))
		return prototype_refuse(p, item->at,
					"behind ... a small integer is given as an int; write int");
	return true;
}

static bool check_name(const struct prototype_parser *p, const struct prototype_items *list,
		       const struct prototype_item *item)
{
	const struct prototype_item *first = prototype_find(list, item->name);

	if (!first || first == item)
		return true;
	return prototype_refuse(p, item->at, "the name \"%s\" is used twice; choose another",
				item->name);
}

static bool read_parameter(struct prototype_parser *p, struct prototype_type *function)
{
	struct prototype_item *item;
	struct prototype_type *base;

	if (function->parameters.count == PROTOTYPE_PARAMETERS_MAX)
		return prototype_refuse(p, p->token.at,
					"there are more than %d parameters; wrap the function in "
					"one with fewer",
					PROTOTYPE_PARAMETERS_MAX);
	base = prototype_read_base(p);
	if (!base)
		return false;
	if (base->kind == PROTOTYPE_VOID && !function->parameters.count && !function->is_variadic &&
	    prototype_comes(p, ")"))
		return true;
	item = prototype_add(p, &function->parameters);
	return item && prototype_read_declarator(p, base, item) && adjust_parameter(p, item) &&
	       (!function->is_variadic || check_promoted(p, item)) &&
	       check_name(p, &function->parameters, item) &&
	       prototype_read_notes(p, item, AT_PARAMETER);
}

/* Three dots, behind which stand the parameters that this binding gives there. */
static bool read_dots(struct prototype_parser *p, struct prototype_type *function)
{
	if (function->is_variadic || !function->parameters.count)
		return prototype_refuse(p, p->token.at,
					"... stands once, after the parameters that all calls "
					"have; move it there");
	function->is_variadic = true;
	function->fixed = function->parameters.count;
	return prototype_step(p);
}

static bool read_list(struct prototype_parser *p, struct prototype_type *function)
{
	if (prototype_comes(p, ")"))
		return prototype_refuse(p, p->token.at,
					"() leaves the parameters open; write (void) for none");
	for (;;) {
		if (p->token.kind == TOKEN_DOTS ? !read_dots(p, function)
						: !read_parameter(p, function))
			return false;
		if (!prototype_comes(p, ","))
			break;
		if (!prototype_step(p))
			return false;
	}
	if (!function->is_variadic)
		function->fixed = function->parameters.count;
	return prototype_expect(p, ")", "write , or ) after a parameter");
}

static bool read_suffixes(struct prototype_parser *p, struct prototype_type *base,
			  struct prototype_type **ret_type);

/* The parameters after their opening bracket, and what follows. */
static bool read_function(struct prototype_parser *p, struct prototype_type *base,
			  struct prototype_type **ret_type)
{
	struct prototype_type *type = make(p, PROTOTYPE_FUNCTION, base);
	struct place at = p->token.at;

	if (!type || !read_list(p, type))
		return false;
	if (base->kind == PROTOTYPE_FUNCTION || base->kind == PROTOTYPE_ARRAY)
		return prototype_refuse(p, at, "no function returns that; write a pointer to it");
	*ret_type = type;
	return true;
}

static bool read_array(struct prototype_parser *p, struct prototype_type *base,
		       struct prototype_type **ret_type)
{
	struct place at = p->token.at;
	uint64_t count = p->token.number;
	struct prototype_type *type;

	if (p->token.kind == TOKEN_NUMBER && !prototype_step(p))
		return false;
	if (!prototype_expect(p, "]", "write a number in the brackets") ||
	    !read_suffixes(p, base, &base))
		return false;
	if (!base->bytes)
		return prototype_refuse(
			p, at, "elements of that type have no size; write pointers to them");
	if (count > PROTOTYPE_STRUCT_BYTES_MAX / base->bytes)
		return prototype_refuse(p, at,
					"the array is longer than %d bytes; write a pointer and "
					"its len=",
					PROTOTYPE_STRUCT_BYTES_MAX);
	type = make(p, PROTOTYPE_ARRAY, base);
	if (!type)
		return false;
	type->count = count;
	type->bytes = (size_t)count * base->bytes;
	type->alignment = base->alignment;
	*ret_type = type;
	return true;
}

static bool read_suffixes(struct prototype_parser *p, struct prototype_type *base,
			  struct prototype_type **ret_type)
{
	bool fine = true;

	*ret_type = base;
	if (!prototype_comes(p, "[") && !prototype_comes(p, "("))
		return true;
	if (!enter(p))
		return false;
	if (prototype_comes(p, "["))
		fine = prototype_step(p) && read_array(p, base, ret_type);
	else
		fine = prototype_step(p) && read_function(p, base, ret_type);
	p->depth--;
	return fine;
}

/* (*name): what it points to is known only after the closing bracket. */
static bool read_bracketed(struct prototype_parser *p, struct prototype_type *base,
			   struct prototype_item *item)
{
	struct prototype_type *inner = make(p, PROTOTYPE_VOID, NULL), *type;

	if (!inner || !prototype_read_declarator(p, inner, item) ||
	    !prototype_expect(p, ")", "close the bracket") || !read_suffixes(p, base, &type))
		return false;
	*inner = *type;
	return true;
}

static bool read_direct(struct prototype_parser *p, struct prototype_type *base,
			struct prototype_item *item)
{
	item->at = p->token.at;
	if (p->token.kind == TOKEN_WORD) {
		item->name = prototype_word(p, &p->token);
		return item->name && prototype_step(p) && read_suffixes(p, base, &item->type);
	}
	if (!prototype_comes(p, "("))
		return read_suffixes(p, base, &item->type);
	if (!prototype_step(p))
		return false;
	if (prototype_comes(p, "*"))
		return read_bracketed(p, base, item);
	return read_function(p, base, &item->type);
}

bool prototype_read_declarator(struct prototype_parser *p, struct prototype_type *base,
			       struct prototype_item *item)
{
	bool fine;

	if (!read_stars(p, &base) || !enter(p))
		return false;
	fine = read_direct(p, base, item);
	p->depth--;
	return fine;
}
