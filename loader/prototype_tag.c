/* Reads the bodies of enums and structs, and lays structs out as C does. Any thread that owns the
 * parser. */
#include "loader/prototype_parser.h"

#include <limits.h>
#include <string.h>

static bool check_new(const struct prototype_parser *p, const struct prototype_tag *tag)
{
	if (tag->is_complete)
		return prototype_refuse(p, p->token.at,
					"\"%s\" is declared on line %u too; keep one of them",
					tag->name ? tag->name : "", tag->at.line);
	if (p->depth)
		return prototype_refuse(
			p, p->token.at,
			"a type is declared in another declaration; write it before");
	return true;
}

/* The enumerator of that name, of any enum. */
static const struct prototype_item *find_enumerator(const struct prototypes *all, const char *name)
{
	for (const struct prototype_tag *tag = all->tags; tag; tag = tag->next) {
		const struct prototype_item *item =
			tag->kind == PROTOTYPE_ENUM ? prototype_find(&tag->items, name) : NULL;

		if (item)
			return item;
	}
	return NULL;
}

static bool read_value(struct prototype_parser *p, struct prototype_item *item)
{
	struct place at = p->token.at;
	bool negative = prototype_comes(p, "-");

	if (negative && !prototype_step(p))
		return false;
	if (p->token.kind != TOKEN_NUMBER)
		return prototype_expect(p, "a number", "write the value");
	if (p->token.number > INT_MAX + (negative ? 1ull : 0))
		return prototype_refuse(p, at,
					"the value does not fit an int; write one that does");
	item->value = negative ? -(int64_t)p->token.number : (int64_t)p->token.number;
	return prototype_step(p);
}

static bool read_enumerator(struct prototype_parser *p, struct prototype_tag *tag)
{
	int64_t next = tag->items.last ? tag->items.last->value + 1 : 0;
	struct place at = p->token.at;
	struct prototype_item *item;
	const char *name;

	if (p->token.kind != TOKEN_WORD)
		return prototype_expect(p, "a name", "write that of a value");
	if (p->into->enumerator_count++ == PROTOTYPES_MAX)
		return prototype_refuse(p, at, "the enums have more than %d values; declare fewer",
					PROTOTYPES_MAX);
	name = prototype_word(p, &p->token);
	if (!name)
		return false;
	if (find_enumerator(p->into, name))
		return prototype_refuse(p, at, "there is a value \"%s\" already; choose another",
					name);
	item = prototype_add(p, &tag->items);
	if (!item)
		return false;
	item->name = name;
	item->at = at;
	item->value = next;
	if (!prototype_step(p) || !prototype_read_notes(p, item, AT_ENUMERATOR))
		return false;
	if (prototype_comes(p, "="))
		return prototype_step(p) && read_value(p, item);
	return next <= INT_MAX ||
	       prototype_refuse(p, at, "the value does not fit an int; write one that does");
}

static bool read_enum(struct prototype_parser *p, struct prototype_tag *tag)
{
	for (;;) {
		if (!read_enumerator(p, tag))
			return false;
		if (prototype_comes(p, ",") && !prototype_step(p))
			return false;
		else if (prototype_comes(p, "}"))
			break;
	}
	tag->bytes = sizeof(int);
	tag->alignment = _Alignof(int);
	return true;
}

static unsigned depth_of(const struct prototype_type *type)
{
	while (type->kind == PROTOTYPE_ARRAY)
		type = type->of;
	return type->kind == PROTOTYPE_STRUCT ? type->tag->depth : 0;
}

static size_t round_up(size_t bytes, size_t alignment)
{
	return (bytes + alignment - 1) / alignment * alignment;
}

/* Puts a field at the end of the struct. */
static bool place_field(struct prototype_parser *p, struct prototype_tag *tag,
			struct prototype_item *item)
{
	const struct prototype_type *type = item->type;

	if (!type->bytes)
		return prototype_refuse(
			p, item->at, "a field of that type has no size; declare its parts before");
	if (depth_of(type) >= tag->depth)
		tag->depth = depth_of(type) + 1;
	tag->bytes = round_up(tag->bytes, type->alignment);
	item->value = (int64_t)tag->bytes;
	tag->bytes += type->bytes;
	if (type->alignment > tag->alignment)
		tag->alignment = type->alignment;
	if (tag->depth > PROTOTYPE_DEPTH_MAX)
		return prototype_refuse(p, item->at,
					"structs are nested deeper than %d; make them flatter",
					PROTOTYPE_DEPTH_MAX);
	return tag->bytes <= PROTOTYPE_STRUCT_BYTES_MAX ||
	       prototype_refuse(p, item->at,
				"the struct is longer than %d bytes; write a pointer in it",
				PROTOTYPE_STRUCT_BYTES_MAX);
}

static bool read_field(struct prototype_parser *p, struct prototype_tag *tag,
		       struct prototype_type *base)
{
	struct prototype_item *item = prototype_add(p, &tag->items);

	if (!item || !prototype_read_declarator(p, base, item))
		return false;
	if (prototype_comes(p, ":"))
		return prototype_refuse(
			p, p->token.at,
			"fields of bits have no place of their own; write an opaque "
			"struct, and functions that read it");
	if (!item->name)
		return prototype_refuse(p, item->at, "the field has no name; write one");
	if (prototype_find(&tag->items, item->name) != item)
		return prototype_refuse(
			p, item->at, "the name \"%s\" is used twice; choose another", item->name);
	return place_field(p, tag, item);
}

static bool read_fields(struct prototype_parser *p, struct prototype_tag *tag)
{
	struct prototype_type *base = prototype_read_base(p);

	if (!base)
		return false;
	for (;;) {
		if (!read_field(p, tag, base))
			return false;
		if (!prototype_comes(p, ","))
			return prototype_expect(p, ";", "end a field with ;");
		if (!prototype_step(p))
			return false;
	}
}

static bool read_struct(struct prototype_parser *p, struct prototype_tag *tag)
{
	do {
		if (!read_fields(p, tag))
			return false;
	} while (!prototype_comes(p, "}"));
	tag->bytes = round_up(tag->bytes, tag->alignment);
	return true;
}

bool prototype_read_tag(struct prototype_parser *p, struct prototype_tag *tag)
{
	bool fine;

	if (!check_new(p, tag) || !prototype_step(p))
		return false;
	tag->depth = 1;
	p->depth++;
	fine = tag->kind == PROTOTYPE_ENUM ? read_enum(p, tag) : read_struct(p, tag);
	p->depth--;
	tag->is_complete = fine;
	return fine && prototype_step(p);
}
