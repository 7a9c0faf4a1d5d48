/* The one file that knows libffi. What it makes lives in the arena of the prepared function, and does not
 * change: any thread calls with it. */
#include "vm/typed/foreign.h"

#include <ffi.h>

#include "vm/base/heap.h"

struct foreign {
	ffi_cif cif;
	ffi_type *parameters[JOIST_PARAMETERS_MAX];
};

static ffi_type *type_of(struct arena *arena, const struct shape *shape);

/* How many members libffi sees in a field: it knows no arrays. */
static size_t members_of(const struct shape *shape)
{
	if (shape->kind == JOIST_C_CHARS)
		return shape->count;
	return shape->kind == JOIST_C_ARRAY ? shape->count * members_of(shape->of) : 1;
}

static ffi_type **add_members(struct arena *arena, ffi_type **at, const struct shape *shape)
{
	const struct shape *item = shape;
	size_t count = members_of(shape);

	while (item->kind == JOIST_C_ARRAY)
		item = item->of;
	ffi_type *type = item->kind == JOIST_C_CHARS ? &ffi_type_uint8 : type_of(arena, item);
	for (size_t i = 0; i < count; i++)
		*at++ = type;
	return at;
}

static ffi_type *struct_type(struct arena *arena, const struct shape *shape)
{
	size_t members = 0;

	for (size_t i = 0; i < shape->count; i++)
		members += members_of(shape->fields[i].shape);
	ffi_type *type = (ffi_type *)(void *)arena_take(arena, sizeof(*type) / 8 + 1);
	ffi_type **elements = (ffi_type **)(void *)arena_take(arena, members + 1), **at = elements;
	if (!type || !elements)
		return NULL;
	for (size_t i = 0; i < shape->count; i++)
		at = add_members(arena, at, shape->fields[i].shape);
	*at = NULL;
	*type = (ffi_type){ .type = FFI_TYPE_STRUCT, .elements = elements };
	return type;
}

static ffi_type *type_of(struct arena *arena, const struct shape *shape)
{
	switch (shape->kind) {
	case JOIST_C_VOID:
		return &ffi_type_void;
	case JOIST_C_BOOL:
	case JOIST_C_UINT8:
		return &ffi_type_uint8;
	case JOIST_C_INT8:
		return &ffi_type_sint8;
	case JOIST_C_INT16:
		return &ffi_type_sint16;
	case JOIST_C_INT32:
		return &ffi_type_sint32;
	case JOIST_C_INT64:
		return &ffi_type_sint64;
	case JOIST_C_UINT16:
		return &ffi_type_uint16;
	case JOIST_C_UINT32:
		return &ffi_type_uint32;
	case JOIST_C_TERM: /* a struct of one word is passed as that word is */
	case JOIST_C_UINT64:
		return &ffi_type_uint64;
	case JOIST_C_FLOAT:
		return &ffi_type_float;
	case JOIST_C_DOUBLE:
		return &ffi_type_double;
	case JOIST_C_ENUM:
		return type_of(arena, shape->of);
	case JOIST_C_STRUCT:
		return struct_type(arena, shape);
	default:
		return &ffi_type_pointer;
	}
}

/* Whether libffi lays the struct out as it was declared: it may have members that nobody told of. */
static bool fits(const struct shape *shape, const ffi_type *type, struct typed_mistake *mistake)
{
	return shape->kind != JOIST_C_STRUCT || shape->bytes == type->size ||
	       mistake_tell(mistake,
			    "%s is passed by value and has other members than its fields; "
			    "declare them all, or pass a pointer",
			    shape->type->name);
}

const struct foreign *foreign_make(struct arena *arena, const struct shape *result,
				   const struct shape *const *parameters, unsigned count,
				   unsigned fixed, struct typed_mistake *mistake)
{
	struct foreign *foreign = (void *)arena_take(arena, sizeof(*foreign) / 8 + 1);
	ffi_type *type = type_of(arena, result);
	ffi_status status;

	if (!foreign || !type)
		return NULL;
	for (unsigned i = 0; i < count; i++) {
		foreign->parameters[i] = type_of(arena, parameters[i]);
		if (!foreign->parameters[i])
			return NULL;
	}
	status = fixed ? ffi_prep_cif_var(&foreign->cif, FFI_DEFAULT_ABI, fixed, count, type,
					  foreign->parameters)
		       : ffi_prep_cif(&foreign->cif, FFI_DEFAULT_ABI, count, type,
				      foreign->parameters);
	if (status != FFI_OK) {
		mistake_tell(mistake, "cannot be called by libffi; correct its types");
		return NULL;
	}
	for (unsigned i = 0; i < count; i++) {
		if (!fits(parameters[i], foreign->parameters[i], mistake))
			return NULL;
	}
	return fits(result, type, mistake) ? foreign : NULL;
}

void foreign_call(const struct foreign *foreign, void (*code)(void), void *ret_result,
		  void **values)
{
	ffi_call((ffi_cif *)&foreign->cif, code, ret_result, values);
}

struct foreign_closure {
	ffi_closure *closure;
	void *code;
	void (*run)(void *user, void *result, void **arguments);
	void *user;
};

static void enter_closure(ffi_cif *cif, void *result, void **arguments, void *closure)
{
	struct foreign_closure *c = closure;

	(void)cif;
	c->run(c->user, result, arguments);
}

struct foreign_closure *foreign_closure_make(const struct foreign *foreign,
					     void (*run)(void *user, void *result,
							 void **arguments),
					     void *user)
{
	struct foreign_closure *c = heap_take_zero(sizeof(*c));

	if (!c)
		return NULL;
	c->run = run;
	c->user = user;
	c->closure = ffi_closure_alloc(sizeof(*c->closure), &c->code);
	if (c->closure && ffi_prep_closure_loc(c->closure, (ffi_cif *)&foreign->cif, enter_closure,
					       c, c->code) == FFI_OK)
		return c;
	foreign_closure_free(c);
	return NULL;
}

void *foreign_closure_code(const struct foreign_closure *closure)
{
	return closure->code;
}

void foreign_closure_free(struct foreign_closure *closure)
{
	if (closure->closure)
		ffi_closure_free(closure->closure);
	heap_give(closure, sizeof(*closure));
}
