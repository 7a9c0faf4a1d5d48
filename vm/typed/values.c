/* Makes the outcome of a call from what the C code left in its result, its out parameters and errno. Only
 * the actor itself; as plugin code. */
#include "vm/typed/values.h"

#include <string.h>

#include "vm/typed/handles.h"
#include "vm/typed/outcome.h"

static bool is_pointer(const struct shape *shape)
{
	switch (shape->kind) {
	case JOIST_C_STRING:
	case JOIST_C_BYTES:
	case JOIST_C_ARRAY:
	case JOIST_C_POINTER:
	case JOIST_C_HANDLE:
		return true;
	default:
		return false;
	}
}

static void *pointer_at(const void *at)
{
	void *pointer;

	memcpy(&pointer, at, sizeof(pointer));
	return pointer;
}

static void free_copied(const struct joist_parameter *from, void *what)
{
	if (from->free_it && what)
		from->free_it(what);
}

/* How many bytes or items a parameter says that there are. */
static size_t counted(struct call *call, uint8_t length)
{
	void *at;
	const struct shape *shape = call_count(call, length, &at);

	return (size_t)shape_read_integer(shape, at);
}

/* How much of a buffer the C code has filled: it cannot be more than there is. */
static size_t used(struct call *call, unsigned i)
{
	const struct typed *typed = call->typed;
	const struct step *step = &typed->steps[i];
	size_t size = call->sizes[i], filled = size;
	int64_t result;

	if (step->flags & JOIST_P_USED) {
		result = shape_read_integer(typed->result, call->result);
		filled = result < 0 ? 0 : (size_t)result;
	} else if (step->length != STEP_NONE) {
		filled = counted(call, step->length);
	}
	return filled < size ? filled : size;
}

/* What the call made, which is the actor's from now on. */
static joist_term open_handle(struct call *call, unsigned i, void *pointer)
{
	struct handle *handle = call->handles[i];

	if (!pointer)
		return outcome_null();
	call->handles[i] = NULL;
	return handles_open(handle, pointer);
}

static joist_term value_behind(struct call *call, unsigned i, const struct step *step)
{
	const struct shape *of = step->shape->of;
	void *at = call_pointer(call, i);
	joist_term value;

	if (of->kind == JOIST_C_HANDLE)
		return open_handle(call, i, pointer_at(at));
	value = outcome_value(call->in.self, of, at);
	if (of->kind == JOIST_C_STRING)
		free_copied(step->from, pointer_at(at));
	return value;
}

static joist_term value_of_parameter(struct call *call, unsigned i)
{
	const struct step *step = &call->typed->steps[i];
	struct joist_actor *self = call->in.self;
	char *at = call_pointer(call, i);

	if (!at)
		return outcome_null();
	switch (step->shape->kind) {
	case JOIST_C_BYTES:
		return joist_binary_part(self, call->binaries[i], 0, used(call, i));
	case JOIST_C_ARRAY:
		return outcome_list(self, step->shape->of, used(call, i), at);
	case JOIST_C_STRING:
		return joist_binary(self, (struct joist_bytes){ at, strnlen(at, call->sizes[i]) });
	default:
		return value_behind(call, i, step);
	}
}

/* What a result points to belongs to the library, which may want it back. */
static joist_term value_of_pointer(struct call *call, const struct shape *shape, void *at)
{
	uint8_t length = call->typed->result_length;

	switch (shape->kind) {
	case JOIST_C_BYTES:
		return joist_binary(call->in.self,
				    (struct joist_bytes){ at, counted(call, length) });
	case JOIST_C_ARRAY:
		return outcome_list(call->in.self, shape->of,
				    length == STEP_NONE ? shape->count : counted(call, length), at);
	case JOIST_C_POINTER:
		return outcome_value(call->in.self, shape->of, at);
	default:
		return outcome_value(call->in.self, shape, &at);
	}
}

static joist_term value_of_result(struct call *call)
{
	const struct typed *typed = call->typed;
	joist_term value;
	void *at;

	if (!is_pointer(typed->result))
		return outcome_value(call->in.self, typed->result, call->result);
	at = pointer_at(call->result);
	if (typed->result->kind == JOIST_C_HANDLE)
		return open_handle(call, JOIST_PARAMETERS_MAX, at);
	if (!at)
		return outcome_null();
	value = value_of_pointer(call, typed->result, at);
	free_copied(&typed->signature->result, at);
	return value;
}

static bool is_signed(const struct shape *shape)
{
	if (shape->kind == JOIST_C_ENUM)
		shape = shape->of;
	return shape->kind >= JOIST_C_INT8 && shape->kind <= JOIST_C_INT64;
}

static bool has_failed(const struct call *call, int error)
{
	const struct typed *typed = call->typed;
	const struct shape *result = typed->result;

	if (typed->signature->flags & JOIST_F_STATUS)
		return shape_read_integer(result, call->result) != 0;
	if (!(typed->signature->flags & JOIST_F_ERRNO))
		return false;
	if (is_signed(result))
		return shape_read_integer(result, call->result) < 0;
	return is_pointer(result) ? !pointer_at(call->result) : error != 0;
}

/* With both conventions the result may be the number of the error itself. */
static joist_term failure(struct call *call, int error)
{
	const struct typed *typed = call->typed;
	uint32_t flags = typed->signature->flags;
	joist_term result;

	if (flags & JOIST_F_ERRNO && flags & JOIST_F_STATUS) {
		int64_t status = shape_read_integer(typed->result, call->result);

		error = status > 0 ? (int)status : error;
	}
	if (flags & JOIST_F_ERRNO && error)
		return outcome_posix(call->in.self, error);
	result = value_of_result(call);
	return joist_make(call->in.self, "{error, Result}", result);
}

joist_term values_make(struct call *call, int error, bool *ret_failed)
{
	const struct typed *typed = call->typed;
	struct joist_actor *self = call->in.self;
	joist_term values[JOIST_PARAMETERS_MAX + 1], all;
	size_t count = 0;
	bool checked = typed->signature->flags & (JOIST_F_ERRNO | JOIST_F_STATUS);

	*ret_failed = checked && has_failed(call, error);
	if (*ret_failed)
		return failure(call, error);
	if (typed->is_valued)
		values[count++] = value_of_result(call);
	for (unsigned i = 0; i < typed->count; i++) {
		if (typed->steps[i].writes && !(typed->steps[i].flags & JOIST_P_LENGTH))
			values[count++] = value_of_parameter(call, i);
	}
	if (count == 0)
		return joist_atom_term(joist_atom_new("ok"));
	all = count == 1 ? values[0] : joist_tuple(self, values, count);
	return checked ? joist_make(self, "{ok, All}", all) : all;
}
