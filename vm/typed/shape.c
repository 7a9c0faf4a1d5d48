/* Makes shapes of the types that a plugin or a boot script declares. They live in the arena of the
 * function that is prepared. Any thread. */
#include "vm/typed/shape.h"

#include <string.h>

#include "vm/term/atom.h"

/* Deeper types are mistaken, or circles. */
#define DEPTH_MAX 8
#define BYTES_MAX (1u << 20)

static const struct shape *make(struct arena *arena, const struct joist_ctype *type, int depth,
				struct typed_mistake *mistake);

bool shape_is_plain(const struct shape *shape)
{
	switch (shape->kind) {
	case JOIST_C_VOID:
	case JOIST_C_BYTES:
	case JOIST_C_POINTER:
	case JOIST_C_CALLBACK:
	case JOIST_C_ACTOR:
	case JOIST_C_STATE:
		return false;
	case JOIST_C_ARRAY:
		return shape->count > 0;
	default:
		return true;
	}
}

static size_t bytes_of_kind(enum joist_ctype_kind kind)
{
	switch (kind) {
	case JOIST_C_VOID:
		return 0;
	case JOIST_C_BOOL:
	case JOIST_C_INT8:
	case JOIST_C_UINT8:
	case JOIST_C_CHARS:
		return 1;
	case JOIST_C_INT16:
	case JOIST_C_UINT16:
		return 2;
	case JOIST_C_INT32:
	case JOIST_C_UINT32:
	case JOIST_C_FLOAT:
		return 4;
	default:
		return 8;
	}
}

static void *take(struct arena *arena, size_t count, size_t size)
{
	return count <= BYTES_MAX / size ? arena_take(arena, count * size / 8 + 1) : NULL;
}

static bool fill_names(struct arena *arena, struct shape *shape, const struct joist_ctype *type,
		       int depth, struct typed_mistake *mistake)
{
	struct shape_name *names = take(arena, type->count, sizeof(*names));

	shape->of = make(arena, type->of ? type->of : &joist_ctype_int32, depth, mistake);
	if (!shape->of || !names)
		return false;
	if (!shape_is_integer(shape->of) || !type->count || !type->names)
		return mistake_tell(mistake, "%s has no names or no integer type; give it both",
				    type->name);
	for (size_t i = 0; i < type->count; i++) {
		const char *name = type->names[i].name;

		names[i] =
			(struct shape_name){ atom_make(name, strlen(name)), type->names[i].value };
		if (!names[i].name.word)
			return mistake_tell(mistake, "%s has a name that is no atom; shorten it",
					    type->name);
	}
	shape->names = names;
	shape->bytes = shape->of->bytes;
	shape->align = shape->of->align;
	return true;
}

static size_t round_up(size_t at, size_t align)
{
	return (at + align - 1) / align * align;
}

static bool fill_field(struct arena *arena, struct shape_field *field, size_t end,
		       const struct joist_ctype *type, const struct joist_field *from, int depth,
		       struct typed_mistake *mistake)
{
	*field = (struct shape_field){ .name = atom_make(from->name, strlen(from->name)),
				       .shape = make(arena, from->type, depth, mistake) };
	if (!field->name.word || !field->shape)
		return false;
	if (!shape_is_plain(field->shape) || field->shape->kind == JOIST_C_HANDLE)
		return mistake_tell(mistake,
				    "%s.%s is of a type that no field can have; leave it to C code",
				    type->name, from->name);
	field->offset = type->bytes ? from->offset : round_up(end, field->shape->align);
	return true;
}

/* Where a struct says nothing of its size, its fields lie as C lays them out. */
static bool fill_fields(struct arena *arena, struct shape *shape, const struct joist_ctype *type,
			int depth, struct typed_mistake *mistake)
{
	struct shape_field *fields = take(arena, type->count, sizeof(*fields));
	size_t end = 0;

	if (!fields)
		return false;
	if (!type->count || !type->fields)
		return mistake_tell(mistake, "%s has no fields; give it some", type->name);
	shape->align = 1;
	for (size_t i = 0; i < type->count; i++) {
		if (!fill_field(arena, &fields[i], end, type, &type->fields[i], depth, mistake))
			return false;
		end = fields[i].offset + fields[i].shape->bytes;
		if (fields[i].shape->align > shape->align)
			shape->align = fields[i].shape->align;
		if (end > (type->bytes ? type->bytes : BYTES_MAX))
			return mistake_tell(mistake, "%s.%s lies outside %s; correct its size",
					    type->name, type->fields[i].name, type->name);
	}
	shape->fields = fields;
	shape->bytes = type->bytes ? type->bytes : round_up(end, shape->align);
	return true;
}

static bool fill_items(struct arena *arena, struct shape *shape, const struct joist_ctype *type,
		       int depth, struct typed_mistake *mistake)
{
	if (!type->of)
		return mistake_tell(mistake, "%s is an array of nothing; say of what", type->name);
	shape->of = make(arena, type->of, depth, mistake);
	if (!shape->of)
		return false;
	if (!shape_is_plain(shape->of) || shape->of->kind == JOIST_C_HANDLE)
		return mistake_tell(mistake, "%s is an array of what none can be of; leave it out",
				    type->name);
	if (type->count > BYTES_MAX / shape->of->bytes)
		return mistake_tell(mistake, "%s is too large; at most %u bytes are possible",
				    type->name, BYTES_MAX);
	shape->bytes = type->count * shape->of->bytes;
	shape->align = shape->of->align;
	return true;
}

static void fill_limits(struct shape *shape)
{
	unsigned bits = (unsigned)shape->bytes * 8;
	uint64_t all = bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
	bool is_signed = shape->kind <= JOIST_C_INT64;

	shape->most = (int64_t)(all >> (is_signed || bits == 64));
	shape->least = is_signed ? -shape->most - 1 : 0;
}

static bool fill(struct arena *arena, struct shape *shape, const struct joist_ctype *type,
		 int depth, struct typed_mistake *mistake)
{
	switch (shape->kind) {
	case JOIST_C_ENUM:
		return fill_names(arena, shape, type, depth, mistake);
	case JOIST_C_STRUCT:
		return fill_fields(arena, shape, type, depth, mistake);
	case JOIST_C_ARRAY:
		return fill_items(arena, shape, type, depth, mistake);
	case JOIST_C_CHARS:
		shape->bytes = type->count;
		return (type->count > 0 && type->count <= BYTES_MAX) ||
		       mistake_tell(mistake, "%s has no chars; say how many", type->name);
	case JOIST_C_POINTER:
		if (type->of && type->of->kind != JOIST_C_VOID)
			shape->of = make(arena, type->of, depth, mistake);
		if (shape->of && !shape_is_plain(shape->of))
			return mistake_tell(mistake,
					    "%s points to what cannot be pointed to; leave it out",
					    type->name);
		return shape->of || !type->of || type->of->kind == JOIST_C_VOID;
	default:
		return true;
	}
}

static const struct shape *make(struct arena *arena, const struct joist_ctype *type, int depth,
				struct typed_mistake *mistake)
{
	struct shape *shape = take(arena, 1, sizeof(*shape));
	size_t bytes;

	if (!shape)
		return NULL;
	if (!type || !type->name || type->kind < JOIST_C_VOID || type->kind > JOIST_C_STATE ||
	    depth > DEPTH_MAX) {
		mistake_tell(mistake, "has an unknown type, or one too deep; use a simpler one");
		return NULL;
	}
	bytes = bytes_of_kind((enum joist_ctype_kind)type->kind);
	*shape = (struct shape){
		.name = atom_make(type->name, strlen(type->name)),
		.kind = (enum joist_ctype_kind)type->kind,
		.bytes = bytes,
		.align = bytes ? bytes : 1,
		.count = type->count,
		.type = type,
	};
	if (shape_is_integer(shape))
		fill_limits(shape);
	return shape->name.word && fill(arena, shape, type, depth + 1, mistake) ? shape : NULL;
}

const struct shape *shape_make(struct arena *arena, const struct joist_ctype *type,
			       struct typed_mistake *mistake)
{
	return make(arena, type, 0, mistake);
}

int64_t shape_read_integer(const struct shape *shape, const void *at)
{
	union {
		int8_t i8;
		int16_t i16;
		int32_t i32;
		int64_t i64;
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
	} value;

	memcpy(&value, at, shape->bytes);
	switch (shape->kind == JOIST_C_ENUM ? shape->of->kind : shape->kind) {
	case JOIST_C_INT8:
		return value.i8;
	case JOIST_C_INT16:
		return value.i16;
	case JOIST_C_INT32:
		return value.i32;
	case JOIST_C_BOOL:
	case JOIST_C_UINT8:
		return value.u8;
	case JOIST_C_UINT16:
		return value.u16;
	case JOIST_C_UINT32:
		return value.u32;
	default:
		return value.i64;
	}
}

bool shape_write_integer(const struct shape *shape, bool negative, uint64_t magnitude, void *at)
{
	unsigned bits = (unsigned)shape->bytes * 8;
	bool is_signed = shape->kind <= JOIST_C_INT64;
	uint64_t most = UINT64_MAX >> (64 - bits), value = negative ? -magnitude : magnitude;

	if (is_signed)
		most = most / 2 + negative;
	else if (negative)
		most = 0;
	if (magnitude > most)
		return false;
	memcpy(at, &value, shape->bytes);
	return true;
}
