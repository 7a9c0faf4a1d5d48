/* Fields go over by name, or by a name that one of the two had before; integers and floats also if their
 * size is another, as long as the value fits. Any thread; reads what a plugin says of itself. */
#include "vm/actor/layout.h"

#include <string.h>

#include "vm/base/heap.h"

/* A plugin may know a longer or shorter struct. */
static const struct joist_state_field *field_at(const struct joist_state *layout, size_t i)
{
	return (const void *)((const char *)layout->fields + i * layout->field_size);
}

/* Whether the name is one of those in `names`. */
static bool is_among(const char *names, const char *name)
{
	size_t size = strlen(name);

	for (const char *at = names; at && *at; at += strspn(at, " ")) {
		size_t word = strcspn(at, " ");

		if (word == size && !memcmp(at, name, size))
			return true;
		at += word;
	}
	return false;
}

static bool are_one(const struct joist_state_field *a, const struct joist_state_field *b)
{
	return !strcmp(a->name, b->name) || is_among(a->was, b->name) || is_among(b->was, a->name);
}

static const struct joist_state_field *find(const struct joist_state *layout,
					    const struct joist_state_field *wanted)
{
	for (size_t i = 0; i < layout->count; i++) {
		if (!strcmp(field_at(layout, i)->name, wanted->name))
			return field_at(layout, i);
	}
	for (size_t i = 0; i < layout->count; i++) {
		if (are_one(field_at(layout, i), wanted))
			return field_at(layout, i);
	}
	return NULL;
}

/* ---- paths ---- */

static const struct joist_state *layout_of(const struct export *export, uint32_t version)
{
	for (size_t i = 0; i < export->state_count; i++) {
		if (export->states[i]->version == version)
			return export->states[i];
	}
	return NULL;
}

static bool is_integer(uint32_t kind)
{
	return kind == JOIST_STATE_INT || kind == JOIST_STATE_UINT;
}

static bool are_alike(const struct joist_state_field *a, const struct joist_state_field *b)
{
	return a->kind == b->kind || (is_integer(a->kind) && is_integer(b->kind));
}

static bool is_step(const struct joist_state *from, const struct joist_state *to)
{
	for (size_t i = 0; i < to->count; i++) {
		const struct joist_state_field *field = field_at(to, i), *old = find(from, field);

		if (old && !are_alike(old, field))
			return false;
	}
	return true;
}

/* The lowest version above `version` of which the layout is known, up to that of `to`. */
static const struct joist_state *next_above(const struct export *to, uint32_t version)
{
	const struct joist_state *next = NULL;

	for (size_t i = 0; i < to->state_count; i++) {
		const struct joist_state *layout = to->states[i];

		if (layout->version > version && layout->version <= to->state_version &&
		    (!next || layout->version < next->version))
			next = layout;
	}
	return next;
}

struct layout_path layout_path(const struct export *from, const struct export *to,
			       const char **ret_why)
{
	const struct joist_state *last = layout_of(to, to->state_version);
	const struct joist_state *at = layout_of(from, from->state_version);
	struct layout_path path = { .count = 0 };

	*ret_why = NULL;
	if (!at)
		at = layout_of(to, from->state_version);
	if (!at || !last)
		return path;
	path.steps[path.count++] = at;
	while (at != last && path.count < LAYOUT_STEPS_MAX) {
		const struct joist_state *next =
			at->version < last->version ? next_above(to, at->version) : last;

		if (!is_step(at, next)) {
			*ret_why = "a field has another kind of value in the other version";
			return (struct layout_path){ .count = 0 };
		}
		path.steps[path.count++] = at = next;
	}
	return path;
}

/* ---- values ---- */

union value {
	int64_t number;
	float single;
	double real;
};

static int64_t read_integer(const struct joist_state_field *field, const char *state)
{
	union value v = { .number = 0 };
	unsigned unused = 64 - 8 * field->size;

	memcpy(&v.number, state + field->offset, field->size);
	/* Little-endian, as all that Joist runs on: the sign is the highest bit that was read. */
	return field->kind == JOIST_STATE_INT ? (int64_t)((uint64_t)v.number << unused) >> unused
					      : v.number;
}

static bool carry_integer(const struct joist_state_field *from, const char *old,
			  const struct joist_state_field *to, char *state)
{
	int64_t value = read_integer(from, old);

	memcpy(state + to->offset, &value, to->size);
	/* Negative is what has a sign, and would be another number without. */
	bool was_negative = from->kind == JOIST_STATE_INT && value < 0;
	bool is_negative = to->kind == JOIST_STATE_INT && read_integer(to, state) < 0;
	return read_integer(to, state) == value && was_negative == is_negative;
}

static double read_float(const struct joist_state_field *field, const char *state)
{
	union value v = { .number = 0 };

	memcpy(&v, state + field->offset, field->size);
	return field->size == sizeof(v.single) ? (double)v.single : v.real;
}

static bool carry_float(const struct joist_state_field *from, const char *old,
			const struct joist_state_field *to, char *state)
{
	double real = read_float(from, old);
	float single = (float)real;

	if (to->size == sizeof(single))
		memcpy(state + to->offset, &single, sizeof(single));
	else
		memcpy(state + to->offset, &real, sizeof(real));
	return true;
}

/* What is cut off must be zero. */
static bool carry_bytes(const struct joist_state_field *from, const char *old,
			const struct joist_state_field *to, char *state)
{
	uint32_t both = from->size < to->size ? from->size : to->size;

	memcpy(state + to->offset, old + from->offset, both);
	for (uint32_t i = both; i < from->size; i++) {
		if (old[from->offset + i])
			return false;
	}
	return true;
}

static bool carry(const struct joist_state_field *from, const char *old,
		  const struct joist_state_field *to, char *state)
{
	if (is_integer(to->kind))
		return carry_integer(from, old, to, state);
	return to->kind == JOIST_STATE_FLOAT ? carry_float(from, old, to, state)
					     : carry_bytes(from, old, to, state);
}

static const char *carry_all(const struct joist_state *from, const char *old,
			     const struct joist_state *to, char *state)
{
	for (size_t i = 0; i < to->count; i++) {
		const struct joist_state_field *field = field_at(to, i), *was = find(from, field);

		if (was && !carry(was, old, field, state))
			return field->name;
	}
	return NULL;
}

static size_t bytes_of(const struct joist_state *layout)
{
	size_t bytes = 1;

	for (size_t i = 0; i < layout->count; i++) {
		size_t end = (size_t)field_at(layout, i)->offset + field_at(layout, i)->size;
		bytes = end > bytes ? end : bytes;
	}
	return bytes;
}

const char *layout_carry(const struct layout_path *path, const void *old, void *state)
{
	const char *wrong = NULL;
	char *between = NULL;
	size_t bytes = 0;

	for (size_t i = 1; i < path->count && !wrong; i++) {
		bool is_last = i + 1 == path->count;
		size_t next_bytes = bytes_of(path->steps[i]);
		char *to = is_last ? state : heap_take_zero(next_bytes);

		wrong = to ? carry_all(path->steps[i - 1], old, path->steps[i], to) : "";
		heap_give(between, bytes);
		between = is_last ? NULL : to;
		bytes = next_bytes;
		old = to;
	}
	heap_give(between, bytes);
	return wrong;
}
