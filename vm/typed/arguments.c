/* Lays the arguments of a call out in memory: each in a slot, and what it points to in the second half of
 * the slot, in a binary, or in the memory of the turn. Only the actor itself; as plugin code. */
#include "vm/typed/arguments.h"

#include <string.h>

#include "vm/term/atom.h"
#include "vm/term/get.h"
#include "vm/typed/closures.h"
#include "vm/typed/handles.h"

/* More room than that is asked for by mistake. */
#define ROOM_MAX ((size_t)1 << 30)

static void point(struct call *call, unsigned i, const void *to)
{
	call->slots[i][0] = (uintptr_t)to;
}

static bool is_null(const struct step *step, joist_term term)
{
	return step->flags & JOIST_P_NULLABLE && joist_is_atom(term, "null");
}

/* Tells the C code how long a buffer is. Of two buffers with one length, both are as long. */
static bool count(struct call *call, const struct step *step, joist_term term, size_t size)
{
	const struct shape *shape;
	void *at;

	if (step->length == STEP_NONE)
		return true;
	shape = call_count(call, step->length, &at);
	if (!(call->counted & 1u << step->length)) {
		call->counted |= 1u << step->length;
		return shape_write_integer(shape, false, size, at) ||
		       intake_wrong(&call->in, step->shape, term, "too_long");
	}
	return (uint64_t)shape_read_integer(shape, at) == size ||
	       intake_wrong(&call->in, step->shape, term, "length");
}

static size_t item_bytes(const struct shape *shape)
{
	return shape->kind == JOIST_C_ARRAY ? shape->of->bytes : 1;
}

/* How many bytes or items an out buffer has room for. */
static bool read_room(struct call *call, const struct step *step, joist_term term, size_t *ret)
{
	uint64_t room;
	void *at;

	if (step->term == STEP_NONE) {
		*ret = step->from->room ? step->from->room : step->shape->count;
		return true;
	}
	if (!get_uint64(term, &room))
		return intake_wrong(&call->in, call_count(call, step->length, &at), term, NULL);
	if (room > ROOM_MAX / item_bytes(step->shape))
		return intake_wrong(&call->in, call_count(call, step->length, &at), term,
				    "too_long");
	*ret = room;
	return true;
}

/* Room that the C code fills. What it leaves is zeros: nobody sees what was there before. */
static bool make_room(struct call *call, unsigned i, const struct step *step, joist_term term)
{
	size_t room = 0, bytes;
	void *at = NULL;

	if (step->term == STEP_NONE || !is_null(step, term)) {
		if (!read_room(call, step, term, &room))
			return false;
		bytes = room * item_bytes(step->shape);
		if (step->shape->kind == JOIST_C_BYTES)
			call->binaries[i] = joist_binary_new(call->in.self, bytes, &at);
		else
			at = intake_room(call->in.self, bytes);
		memset(at, 0, bytes);
	}
	point(call, i, at);
	call->sizes[i] = room;
	return count(call, step, term, room);
}

static bool read_bytes(struct call *call, unsigned i, const struct step *step, joist_term term)
{
	struct joist_bytes bytes;
	void *copy;

	if (!joist_get_bytes(term, &bytes))
		return intake_wrong(&call->in, step->shape, term, NULL);
	if (step->from->room && bytes.size != step->from->room)
		return intake_wrong(&call->in, step->shape, term, "length");
	point(call, i, bytes.size ? bytes.data : "");
	if (step->writes) {
		call->binaries[i] = joist_binary_new(call->in.self, bytes.size, &copy);
		memcpy(copy, bytes.data, bytes.size);
		point(call, i, copy);
	}
	call->sizes[i] = bytes.size;
	return count(call, step, term, bytes.size);
}

static bool read_items(struct call *call, unsigned i, const struct step *step, joist_term term)
{
	const struct shape *shape = step->shape;
	int64_t size = joist_list_size(term);
	void *at;

	if (size < 0 || (uint64_t)size > ROOM_MAX / shape->of->bytes)
		return intake_wrong(&call->in, shape, term, size < 0 ? NULL : "too_long");
	if (shape->count && (size_t)size != shape->count)
		return intake_wrong(&call->in, shape, term, "length");
	at = intake_room(call->in.self, (size_t)size * shape->of->bytes);
	point(call, i, at);
	call->sizes[i] = (size_t)size;
	return intake_list(&call->in, shape->of, (size_t)size, term, at) &&
	       count(call, step, term, (size_t)size);
}

static bool read_buffer(struct call *call, unsigned i, const struct step *step, joist_term term)
{
	if (!step->reads)
		return make_room(call, i, step, term);
	if (is_null(step, term)) {
		point(call, i, NULL);
		call->sizes[i] = 0;
		return count(call, step, term, 0);
	}
	return step->shape->kind == JOIST_C_BYTES ? read_bytes(call, i, step, term)
						  : read_items(call, i, step, term);
}

static bool read_pointer(struct call *call, unsigned i, const struct step *step, joist_term term)
{
	const struct shape *of = step->shape->of;
	void *at;

	point(call, i, NULL);
	if (!of || (step->reads && is_null(step, term)))
		return true;
	at = of->bytes <= sizeof(uint64_t) ? &call->slots[i][1]
					   : intake_room(call->in.self, of->bytes);
	memset(at, 0, of->bytes);
	point(call, i, at);
	return !step->reads || intake_value(&call->in, of, term, at);
}

static bool read_handle(struct call *call, unsigned i, const struct step *step, joist_term term)
{
	struct handle *handle = handles_find(call->in.self, term);
	bool is_ref = joist_type(term) == JOIST_REFERENCE;

	call->handles[i] = NULL;
	point(call, i, NULL);
	if (is_null(step, term))
		return true;
	if (!handle)
		return intake_wrong(&call->in, step->shape, term, is_ref ? "not_open" : NULL);
	if (!handles_are(handle, step->shape->type))
		return intake_wrong(&call->in, step->shape, term, "wrong_type");
	if (!handle->pointer || (step->flags & JOIST_P_CLOSES && handle->uses))
		return intake_wrong(&call->in, step->shape, term, "in_use");
	call->handles[i] = handle;
	point(call, i, handle->pointer);
	return true;
}

static bool read_callback(struct call *call, unsigned i, const struct step *step, joist_term term)
{
	struct handle *scope = step->from->scope ? call->handles[step->from->scope - 1] : NULL;
	struct closure *closure;

	point(call, i, NULL);
	if (is_null(step, term))
		return true;
	closure = closures_open(call->in.self, step->plan, term, scope,
				scope ? &scope->closures : &call->closures);
	if (!closure)
		return intake_wrong(&call->in, step->shape, term, NULL);
	point(call, i, closures_code(closure));
	return true;
}

static bool read_one(struct call *call, unsigned i, const struct step *step, joist_term term)
{
	const struct shape *shape = step->shape;

	call->values[i] = call->slots[i];
	switch (shape->kind) {
	case JOIST_C_ACTOR:
		point(call, i, call->in.self);
		return true;
	case JOIST_C_STATE:
		point(call, i, call->state);
		return true;
	case JOIST_C_BYTES:
	case JOIST_C_ARRAY:
		return read_buffer(call, i, step, term);
	case JOIST_C_POINTER:
		return read_pointer(call, i, step, term);
	case JOIST_C_HANDLE:
		return read_handle(call, i, step, term);
	case JOIST_C_CALLBACK:
		return read_callback(call, i, step, term);
	case JOIST_C_STRING:
		point(call, i, NULL);
		if (step->writes)
			return make_room(call, i, step, term);
		return is_null(step, term) || intake_value(&call->in, shape, term, call->values[i]);
	case JOIST_C_STRUCT:
		if (shape->bytes > sizeof(call->slots[i]))
			call->values[i] = intake_room(call->in.self, shape->bytes);
		return intake_value(&call->in, shape, term, call->values[i]);
	default:
		return intake_value(&call->in, shape, term, call->values[i]);
	}
}

/* Lengths take no term: they are known when the buffers are. */
static void clear_lengths(struct call *call)
{
	for (unsigned i = 0; i < call->typed->count; i++) {
		const struct step *step = &call->typed->steps[i];

		if (!(step->flags & JOIST_P_LENGTH))
			continue;
		call->values[i] = call->slots[i];
		call->slots[i][0] = call->slots[i][1] = 0;
		if (step->shape->kind == JOIST_C_POINTER)
			point(call, i, &call->slots[i][1]);
	}
}

bool arguments_read(struct call *call, const joist_term *arguments, unsigned *ret_argument)
{
	const struct typed *typed = call->typed;

	if (typed->has_lengths)
		clear_lengths(call);
	for (unsigned i = 0; i < typed->count; i++) {
		const struct step *step = &typed->steps[i];
		bool has_term = step->term != STEP_NONE;

		if (step->flags & JOIST_P_LENGTH)
			continue;
		if (!read_one(call, i, step,
			      has_term ? arguments[step->term] : (joist_term){ 0 })) {
			*ret_argument = step->term + 1u;
			return false;
		}
	}
	return true;
}
