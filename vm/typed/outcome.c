/* Makes terms of values of C. Only the actor itself; as plugin code. */
#include "vm/typed/outcome.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "vm/term/term.h"

/* More fields than that are made of a map on the heap of the turn. */
#define FIELDS_FEW 16

joist_term outcome_null(void)
{
	return joist_atom_term(joist_atom_new("null"));
}

static joist_term name_of(const char *name)
{
	return joist_atom_term(joist_atom_new(name));
}

/* What Erlang's floats cannot be has a name. */
static joist_term make_real(struct joist_actor *self, double value)
{
	if (isfinite(value))
		return joist_float(self, value);
	if (isnan(value))
		return name_of("nan");
	return name_of(value < 0 ? "-infinity" : "infinity");
}

/* A number that has no name is itself. */
static joist_term make_enum(struct joist_actor *self, const struct shape *shape, const void *at)
{
	int64_t value = shape_read_integer(shape, at);

	for (size_t i = 0; i < shape->count; i++) {
		if (shape->names[i].value == value)
			return joist_atom_term(shape->names[i].name);
	}
	return outcome_value(self, shape->of, at);
}

static joist_term make_text(struct joist_actor *self, const char *text, size_t size)
{
	return joist_binary(self, (struct joist_bytes){ text, size });
}

static joist_term make_struct(struct joist_actor *self, const struct shape *shape, const char *at)
{
	joist_term few[2 * FIELDS_FEW], *items = few, map;

	if (shape->count > FIELDS_FEW)
		items = joist_alloc(self, 2 * shape->count * sizeof(*items));
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];

		items[2 * i] = joist_atom_term(field->name);
		items[2 * i + 1] = outcome_value(self, field->shape, at + field->offset);
	}
	map = joist_map(self, items, shape->count);
	if (items != few)
		joist_free(self, items);
	return map;
}

joist_term outcome_list(struct joist_actor *self, const struct shape *item, size_t count,
			const void *at)
{
	joist_term list = joist_nil();

	while (count-- > 0)
		list = joist_cons(self,
				  outcome_value(self, item, (const char *)at + count * item->bytes),
				  list);
	return list;
}

joist_term outcome_value(struct joist_actor *self, const struct shape *shape, const void *at)
{
	const char *text;
	double real;
	float narrow;

	switch (shape->kind) {
	case JOIST_C_BOOL:
		return joist_bool(shape_read_integer(shape, at) != 0);
	case JOIST_C_UINT64:
		return joist_uint(self, (uint64_t)shape_read_integer(shape, at));
	case JOIST_C_FLOAT:
		memcpy(&narrow, at, sizeof(narrow));
		return make_real(self, (double)narrow);
	case JOIST_C_DOUBLE:
		memcpy(&real, at, sizeof(real));
		return make_real(self, real);
	case JOIST_C_ENUM:
		return make_enum(self, shape, at);
	case JOIST_C_STRING:
		memcpy(&text, at, sizeof(text));
		return text ? make_text(self, text, strlen(text)) : outcome_null();
	case JOIST_C_CHARS:
		return make_text(self, at, strnlen(at, shape->count));
	case JOIST_C_STRUCT:
		return make_struct(self, shape, at);
	case JOIST_C_ARRAY:
		return outcome_list(self, shape->of, shape->count, at);
	case JOIST_C_TERM:
		return *(const joist_term *)at;
	default:
		return joist_int(self, shape_read_integer(shape, at));
	}
}

joist_term outcome_posix(struct joist_actor *self, int error)
{
	const char *known = strerrorname_np(error);
	char name[32];
	size_t size = 0;

	if (!known)
		return joist_make(self, "{error, Number}", error);
	while (size < sizeof(name) - 1 && known[size]) {
		name[size] = (char)tolower((unsigned char)known[size]);
		size++;
	}
	name[size] = 0;
	return joist_make(self, "{error, Name}", joist_atom_new(name));
}
