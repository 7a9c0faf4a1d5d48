/* Reads terms as values of C. What is too large for its place (texts, structs) lies in the memory of the
 * turn. Only the actor itself; as plugin code. */
#include "vm/typed/intake.h"

#include <math.h>
#include <string.h>

#include "vm/api/self.h"
#include "vm/term/atom.h"
#include "vm/term/get.h"
#include "vm/term/term.h"

void *intake_room(struct joist_actor *self, size_t bytes)
{
	void *room = arena_take(self_arena(self), bytes / 8 + 1);

	if (!room)
		self_short(self);
	return room;
}

bool intake_wrong(struct intake *in, const struct shape *expected, joist_term got,
		  const char *reason)
{
	in->expected = expected;
	in->got = got;
	in->reason = reason;
	in->path = (joist_term){ 0 };
	return false;
}

/* What is wrong lies within `step`. */
static bool within(struct intake *in, joist_term step)
{
	in->path = joist_cons(in->self, step, joist_is_none(in->path) ? joist_nil() : in->path);
	return false;
}

static bool read_integer(struct intake *in, const struct shape *shape, joist_term term, void *at)
{
	uint64_t magnitude;
	int64_t value;
	bool negative = false;

	if (get_int64(term, &value)) {
		negative = value < 0;
		magnitude = negative ? -(uint64_t)value : (uint64_t)value;
	} else if (!get_uint64(term, &magnitude)) {
		return intake_wrong(in, shape, term, NULL);
	}
	return shape_write_integer(shape, negative, magnitude, at) ||
	       intake_wrong(in, shape, term, NULL);
}

static bool read_real(joist_term term, double *ret_value)
{
	if (get_double(term, ret_value))
		return true;
	if (joist_is_atom(term, "nan"))
		*ret_value = (double)NAN;
	else if (joist_is_atom(term, "infinity"))
		*ret_value = (double)INFINITY;
	else if (joist_is_atom(term, "-infinity"))
		*ret_value = -(double)INFINITY;
	else
		return false;
	return true;
}

static bool read_float(struct intake *in, const struct shape *shape, joist_term term, void *at)
{
	double value;
	float narrow;

	if (!read_real(term, &value))
		return intake_wrong(in, shape, term, NULL);
	if (shape->kind == JOIST_C_DOUBLE) {
		memcpy(at, &value, sizeof(value));
		return true;
	}
	narrow = (float)value;
	if (isinf(narrow) && !isinf(value))
		return intake_wrong(in, shape, term, NULL);
	memcpy(at, &narrow, sizeof(narrow));
	return true;
}

static bool read_enum(struct intake *in, const struct shape *shape, joist_term term, void *at)
{
	for (size_t i = 0; i < shape->count; i++) {
		if (shape->names[i].name.word == term.word) {
			memcpy(at, &shape->names[i].value, shape->bytes);
			return true;
		}
	}
	return intake_wrong(in, shape, term, NULL);
}

static bool get_text(struct intake *in, const struct shape *shape, joist_term term,
		     struct joist_bytes *ret_text)
{
	if (!joist_get_bytes(term, ret_text))
		return intake_wrong(in, shape, term, NULL);
	return !memchr(ret_text->data, 0, ret_text->size) ||
	       intake_wrong(in, shape, term, "zero_byte");
}

static bool read_string(struct intake *in, const struct shape *shape, joist_term term, void *at)
{
	struct joist_bytes text;
	char *copy;

	if (!get_text(in, shape, term, &text))
		return false;
	copy = intake_room(in->self, text.size + 1);
	memcpy(copy, text.data, text.size);
	copy[text.size] = 0;
	memcpy(at, &copy, sizeof(copy));
	return true;
}

static bool read_chars(struct intake *in, const struct shape *shape, joist_term term, void *at)
{
	struct joist_bytes text;

	if (!get_text(in, shape, term, &text))
		return false;
	if (text.size > shape->count)
		return intake_wrong(in, shape, term, "too_long");
	memset(at, 0, shape->count);
	memcpy(at, text.data, text.size);
	return true;
}

/* All fields, and nothing else: a field that is misspelt is not another one forgotten. */
static bool read_struct(struct intake *in, const struct shape *shape, joist_term map, char *at)
{
	if (joist_type(map) != JOIST_MAP)
		return intake_wrong(in, shape, map, NULL);
	memset(at, 0, shape->bytes);
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];
		joist_term value = joist_map_get(map, atom_term(field->name));

		if (joist_is_none(value)) {
			intake_wrong(in, shape, map, "missing");
			return within(in, atom_term(field->name));
		}
		if (!intake_value(in, field->shape, value, at + field->offset))
			return within(in, atom_term(field->name));
	}
	return joist_map_size(map) == shape->count || intake_wrong(in, shape, map, "unknown_field");
}

bool intake_list(struct intake *in, const struct shape *item, size_t count, joist_term list,
		 void *to)
{
	joist_term term;
	char *at = to;

	for (size_t i = 0; i < count && joist_list_next(&list, &term); i++, at += item->bytes) {
		if (!intake_value(in, item, term, at))
			return within(in, joist_int(in->self, (int64_t)i + 1));
	}
	return true;
}

static bool read_array(struct intake *in, const struct shape *shape, joist_term list, void *at)
{
	int64_t size = joist_list_size(list);

	if (size != (int64_t)shape->count)
		return intake_wrong(in, shape, list, size < 0 ? NULL : "length");
	return intake_list(in, shape->of, shape->count, list, at);
}

bool intake_value(struct intake *in, const struct shape *shape, joist_term term, void *at)
{
	bool truth;

	switch (shape->kind) {
	case JOIST_C_BOOL:
		if (!get_bool(term, &truth))
			return intake_wrong(in, shape, term, NULL);
		memcpy(at, &truth, sizeof(truth));
		return true;
	case JOIST_C_FLOAT:
	case JOIST_C_DOUBLE:
		return read_float(in, shape, term, at);
	case JOIST_C_ENUM:
		return read_enum(in, shape, term, at);
	case JOIST_C_STRING:
		return read_string(in, shape, term, at);
	case JOIST_C_CHARS:
		return read_chars(in, shape, term, at);
	case JOIST_C_STRUCT:
		return read_struct(in, shape, term, at);
	case JOIST_C_ARRAY:
		return read_array(in, shape, term, at);
	case JOIST_C_TERM:
		memcpy(at, &term, sizeof(term));
		return true;
	default:
		return read_integer(in, shape, term, at);
	}
}

joist_term intake_error(const struct intake *in, unsigned argument)
{
	struct joist_actor *self = in->self;
	joist_term items[10];
	size_t pairs = 0;

#define ADD(key, value)                                                                            \
	(items[2 * pairs] = joist_atom_term(joist_atom_new(key)), items[2 * pairs++ + 1] = (value))
	ADD("argument", joist_int(self, argument));
	ADD("expected", atom_term(in->expected->name));
	ADD("got", in->got);
	if (in->reason)
		ADD("reason", joist_atom_term(joist_atom_new(in->reason)));
	if (!joist_is_none(in->path))
		ADD("at", in->path);
#undef ADD
	return joist_make(self, "{error, {badarg, Map}}", joist_map(self, items, pairs));
}
