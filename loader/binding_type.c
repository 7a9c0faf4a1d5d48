/* Makes of C's types those by which the VM reads and makes terms. Any thread that owns the maker. */
#include "loader/binding_maker.h"

#include <string.h>

/* Arrays in arrays, by way of typedefs. */
#define DEPTH_MAX 8

static const struct joist_ctype *integer_type(size_t bytes, bool is_signed)
{
	switch (bytes) {
	case 1:
		return is_signed ? &joist_ctype_int8 : &joist_ctype_uint8;
	case 2:
		return is_signed ? &joist_ctype_int16 : &joist_ctype_uint16;
	case 4:
		return is_signed ? &joist_ctype_int32 : &joist_ctype_uint32;
	default:
		return is_signed ? &joist_ctype_int64 : &joist_ctype_uint64;
	}
}

struct joist_ctype *binding_type(struct binding_maker *m, enum joist_ctype_kind kind,
				 const char *name, const struct joist_ctype *of)
{
	struct joist_ctype *type = binding_take(m, sizeof(*type));

	if (!type)
		return NULL;
	type->name = name;
	type->kind = (uint32_t)kind;
	type->of = of;
	return type;
}

static const char *tag_name(const struct prototype_type *type)
{
	if (type->tag->name)
		return type->tag->name;
	return type->named ? type->named->name : "struct";
}

static const struct joist_ctype *enum_type(struct binding_maker *m,
					   const struct prototype_type *type)
{
	struct prototype_tag *tag = type->tag;
	struct joist_ctype *made =
		binding_type(m, JOIST_C_ENUM, tag_name(type), &joist_ctype_int32);
	struct joist_enumerator *names = binding_take(m, tag->items.count * sizeof(*names));

	if (!made || !names)
		return NULL;
	made->names = names;
	made->count = tag->items.count;
	for (const struct prototype_item *item = tag->items.first; item; item = item->next) {
		const struct prototype_note *as = prototype_note(item, NOTE_AS);

		*names++ = (struct joist_enumerator){ as ? as->word : item->name, item->value };
	}
	return made;
}

static const struct joist_ctype *value_type(struct binding_maker *m,
					    const struct prototype_type *type, struct place at,
					    int depth);

static const struct joist_ctype *struct_type(struct binding_maker *m,
					     const struct prototype_type *type, int depth)
{
	struct prototype_tag *tag = type->tag;
	struct joist_ctype *made = binding_type(m, JOIST_C_STRUCT, tag_name(type), NULL);
	struct joist_field *fields = binding_take(m, tag->items.count * sizeof(*fields));

	if (!made || !fields)
		return NULL;
	made->fields = fields;
	made->count = tag->items.count;
	made->bytes = tag->bytes;
	for (const struct prototype_item *item = tag->items.first; item; item = item->next) {
		fields->name = item->name;
		fields->offset = (size_t)item->value;
		fields->type = value_type(m, item->type, item->at, depth + 1);
		if (!fields++->type)
			return NULL;
	}
	return made;
}

static const struct joist_ctype *array_type(struct binding_maker *m,
					    const struct prototype_type *type, struct place at,
					    int depth)
{
	bool is_text = type->of->kind == PROTOTYPE_INTEGER && type->of->is_char;
	const struct joist_ctype *of = is_text ? NULL : value_type(m, type->of, at, depth + 1);
	struct joist_ctype *made;

	if (!type->count) {
		binding_refuse(m, at, "an array in memory has a length; write it in the brackets");
		return NULL;
	}
	if (!is_text && !of)
		return NULL;
	made = binding_type(m, is_text ? JOIST_C_CHARS : JOIST_C_ARRAY, is_text ? "string" : "list",
			    of);
	if (made)
		made->count = (size_t)type->count;
	return made;
}

/* Enums and structs are made once. */
static const struct joist_ctype *tagged_type(struct binding_maker *m,
					     const struct prototype_type *type, struct place at,
					     int depth)
{
	if (type->kind == PROTOTYPE_STRUCT && !type->tag->is_complete) {
		binding_refuse(m, at,
			       "nothing is known of struct %s; declare it, or write a pointer",
			       tag_name(type));
		return NULL;
	}
	if (!type->tag->made)
		type->tag->made = type->kind == PROTOTYPE_ENUM ? enum_type(m, type)
							       : struct_type(m, type, depth);
	return type->tag->made;
}

static const struct joist_ctype *value_type(struct binding_maker *m,
					    const struct prototype_type *type, struct place at,
					    int depth)
{
	if (depth > DEPTH_MAX) {
		binding_refuse(m, at, "types are nested deeper than %d; make them flatter",
			       DEPTH_MAX);
		return NULL;
	}
	switch (type->kind) {
	case PROTOTYPE_BOOL:
		return &joist_ctype_bool;
	case PROTOTYPE_INTEGER:
		return integer_type(type->bytes, type->is_signed);
	case PROTOTYPE_REAL:
		return type->bytes == sizeof(float) ? &joist_ctype_float : &joist_ctype_double;
	case PROTOTYPE_ENUM:
	case PROTOTYPE_STRUCT:
		return tagged_type(m, type, at, depth);
	case PROTOTYPE_ARRAY:
		return array_type(m, type, at, depth);
	case PROTOTYPE_POINTER:
		if (type->of->kind == PROTOTYPE_INTEGER && type->of->is_char)
			return &joist_ctype_string;
		break;
	default:
		break;
	}
	binding_refuse(m, at,
		       "what that points to has no term; write a function in C that gives it");
	return NULL;
}

const struct joist_ctype *binding_value_type(struct binding_maker *m,
					     const struct prototype_type *type, struct place at)
{
	return value_type(m, type, at, 0);
}
