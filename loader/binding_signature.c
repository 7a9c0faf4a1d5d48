/* Makes signatures of prototypes and their notes. What no reader of a header could tell, and no note says,
 * is an error: nothing is guessed that would corrupt memory. Any thread that owns the maker. */
#include "loader/binding_maker.h"

#include <string.h>

struct making {
	struct binding_maker *m;
	const struct prototype_item *function;
	const struct prototype_type *type;
	struct joist_parameter *parameters;
	bool is_callback; /* the library calls it: values go the other way */
};

#define refuse(making, at, ...) binding_refuse((making)->m, (at), __VA_ARGS__)

static bool has(const struct prototype_item *item, enum prototype_note_kind kind)
{
	return prototype_note(item, kind);
}

/* Whether all its notes are among those of what it is. */
static bool check_notes(const struct making *g, const struct prototype_item *item, unsigned among,
			const char *what)
{
	for (const struct prototype_note *note = item->notes; note; note = note->next) {
		if (!(among & 1u << note->kind))
			return refuse(g, note->at, "that is no note of %s; take it out", what);
	}
	return true;
}

/* The parameter that a note names, from 1 on; 0 if there is none. */
static uint16_t find_parameter(const struct making *g, const char *name)
{
	uint16_t index = 1;

	for (const struct prototype_item *item = g->type->parameters.first; item;
	     item = item->next, index++) {
		if (item->name && !strcmp(item->name, name))
			return index;
	}
	return 0;
}

static bool tell_no_parameter(const struct making *g, const struct prototype_note *note)
{
	const char *names[JOIST_PARAMETERS_MAX + 1], *nearest;
	size_t count = 0;

	for (const struct prototype_item *item = g->type->parameters.first; item;
	     item = item->next) {
		if (item->name)
			names[count++] = item->name;
	}
	names[count] = NULL;
	nearest = report_nearest(note->word, names);
	if (nearest)
		return refuse(g, note->value_at,
			      "there is no parameter \"%s\"; did you mean \"%s\"?", note->word,
			      nearest);
	return refuse(g, note->value_at, "there is no parameter \"%s\"; give one that name",
		      note->word);
}

static bool is_integer(const struct prototype_type *type)
{
	return type->kind == PROTOTYPE_INTEGER;
}

/* Marks the parameter that counts `to`, which may be the result. */
static bool link_length(const struct making *g, const struct prototype_item *item,
			struct joist_parameter *to)
{
	const struct prototype_note *note = prototype_note(item, NOTE_LEN);
	const struct prototype_item *counter = g->type->parameters.first;

	if (!note)
		return true;
	if (!note->word) {
		to->room = (size_t)note->number;
		return (note->number > 0 && note->number <= PROTOTYPE_STRUCT_BYTES_MAX) ||
		       refuse(g, note->value_at, "len=%lld is no length; write one from 1 to %d",
			      (long long)note->number, PROTOTYPE_STRUCT_BYTES_MAX);
	}
	to->length = find_parameter(g, note->word);
	if (!to->length)
		return tell_no_parameter(g, note);
	for (uint16_t i = 1; counter && i < to->length; i++)
		counter = counter->next;
	if (counter && !is_integer(counter->type) &&
	    (counter->type->kind != PROTOTYPE_POINTER || !is_integer(counter->type->of)))
		return refuse(g, note->value_at,
			      "\"%s\" is no integer and no pointer to one; name one that is",
			      note->word);
	g->parameters[to->length - 1].flags |= JOIST_P_LENGTH;
	return true;
}

static bool link_lengths(const struct making *g, struct joist_signature *s)
{
	struct joist_parameter *to = g->parameters;

	for (const struct prototype_item *item = g->type->parameters.first; item;
	     item = item->next) {
		if (!link_length(g, item, to++))
			return false;
	}
	return g->is_callback || link_length(g, g->function, &s->result);
}

static bool is_bytes(const struct prototype_type *of)
{
	return of->kind == PROTOTYPE_VOID || (is_integer(of) && of->bytes == 1);
}

static bool is_text(const struct prototype_type *of)
{
	return is_integer(of) && of->is_char;
}

/* What a pointer with a length points to. */
static bool buffer_type(const struct making *g, const struct prototype_item *item,
			const struct prototype_type *of, struct joist_parameter *to)
{
	const struct joist_ctype *each;
	struct joist_ctype *list;

	if (is_text(of) && has(item, NOTE_OUT) && !has(item, NOTE_USED)) {
		to->type = &joist_ctype_string;
		return true;
	}
	if (is_bytes(of)) {
		to->type = &joist_ctype_bytes;
		return true;
	}
	each = binding_value_type(g->m, of, item->at);
	list = each ? binding_type(g->m, JOIST_C_ARRAY, "list", each) : NULL;
	if (!list)
		return false;
	list->count = to->room;
	to->room = 0;
	to->type = list;
	return true;
}

/* What a pointer to one value points to. */
static bool target_type(const struct making *g, const struct prototype_item *item,
			const struct prototype_type *pointer, struct joist_parameter *to)
{
	const struct prototype_type *of = pointer->of;
	const char *handle = binding_handle_name(of);
	const struct joist_ctype *target;

	if (of->kind == PROTOTYPE_VOID)
		return refuse(
			g, item->at,
			"a void * says not what it points to; write len=, null, or a pointer to "
			"an opaque struct");
	if (handle) {
		struct binding_handle *found = binding_handle(g->m, handle);

		if (found && !has(item, NOTE_OUT))
			return refuse(g, item->at,
				      "a pointer to a handle can only be out; write [[out]]");
		target = !found ? NULL : has(item, NOTE_FREE) ? &found->type : &found->borrowed;
	} else {
		target = binding_value_type(g->m, of, item->at);
	}
	to->type = target ? binding_type(g->m, JOIST_C_POINTER, target->name, target) : NULL;
	return to->type;
}

static bool check_direction(const struct making *g, const struct prototype_item *item)
{
	const struct prototype_type *of = item->type->of;
	bool writes = has(item, NOTE_OUT) || has(item, NOTE_INOUT);

	if (has(item, NOTE_IN) + has(item, NOTE_OUT) + has(item, NOTE_INOUT) > 1)
		return refuse(g, item->notes->at,
			      "in, out and inout exclude each other; keep one of them");
	if (writes && of->is_const)
		return refuse(
			g, item->at,
			"what is const is not written; take the note out, or the const if the "
			"header has none");
	if (!writes && !of->is_const && !has(item, NOTE_IN) && !g->is_callback)
		return refuse(g, item->at,
			      "nothing says whether the function reads or writes what that points "
			      "to; write [[in]], [[out]] or [[inout]]");
	return true;
}

/* Finds the function that frees what is copied. */
static bool set_free(const struct making *g, const struct prototype_item *item,
		     struct joist_parameter *to)
{
	const struct prototype_note *note = prototype_note(item, NOTE_FREE);
	void *symbol;

	if (!note)
		return true;
	symbol = binding_symbol(g->m, note->word, note->value_at);
	to->free_it = (void (*)(void *))(uintptr_t)symbol;
	return symbol;
}

/* The call ends the handle if it is what frees those of its kind. */
static bool handle_parameter(const struct making *g, const char *name, struct joist_parameter *to)
{
	struct binding_handle *handle = binding_handle(g->m, name);

	if (!handle)
		return false;
	to->type = &handle->type;
	if (handle->free && !strcmp(handle->free, g->function->name))
		to->flags |= JOIST_P_CLOSES;
	return true;
}

static bool callback_parameter(const struct making *g, const struct prototype_item *item,
			       struct joist_parameter *to)
{
	const struct prototype_note *scope = prototype_note(item, NOTE_SCOPE);
	struct joist_signature *calls = binding_take(g->m, sizeof(*calls));
	struct joist_ctype *type = binding_type(g->m, JOIST_C_CALLBACK, "callback", NULL);

	if (!calls || !type)
		return false;
	if (g->is_callback)
		return refuse(g, item->at,
			      "a callback that takes a callback has no term; write a function in C "
			      "around it");
	to->scope = scope ? find_parameter(g, scope->word) : 0;
	if (scope && !to->scope)
		return tell_no_parameter(g, scope);
	type->calls = calls;
	to->type = type;
	return binding_callback(g->m, item, item->type->of, calls);
}

/* A pointer to what counts others. */
static bool counter_parameter(const struct making *g, const struct prototype_item *item,
			      struct joist_parameter *to)
{
	const struct joist_ctype *integer = binding_value_type(g->m, item->type->of, item->at);

	to->type = integer ? binding_type(g->m, JOIST_C_POINTER, integer->name, integer) : NULL;
	return to->type;
}

/* What the notes say of a pointer to values. */
static bool set_flags(const struct making *g, const struct prototype_item *item,
		      struct joist_parameter *to)
{
	const struct prototype_note *used = prototype_note(item, NOTE_USED);

	if (has(item, NOTE_OUT))
		to->flags |= JOIST_P_OUT | (to->length ? JOIST_P_ROOM : 0);
	if (has(item, NOTE_INOUT))
		to->flags |= JOIST_P_INOUT;
	if (!used)
		return true;
	to->flags |= JOIST_P_USED;
	return is_integer(g->type->of) ||
	       refuse(g, used->at,
		      "\"used\" says that the result counts, which is no integer; take it out");
}

static bool memory_parameter(const struct making *g, const struct prototype_item *item,
			     struct joist_parameter *to)
{
	const struct prototype_type *of = item->type->of;

	if (!check_direction(g, item) || !set_free(g, item, to) || !set_flags(g, item, to))
		return false;
	if (to->length || to->room)
		return buffer_type(g, item, of, to);
	if (is_text(of) && has(item, NOTE_OUT))
		return refuse(g, item->at,
			      "a text that is out needs room; write len= and who counts it");
	if (!is_text(of))
		return target_type(g, item, item->type, to);
	to->type = &joist_ctype_string;
	return true;
}

#define DIRECTIONS (1u << NOTE_IN | 1u << NOTE_OUT | 1u << NOTE_INOUT)

/* What it is a handle of: a void * with a name of its own may point to memory too, which has a length. */
static const char *handle_name(const struct prototype_item *item, const struct prototype_type *type)
{
	bool is_memory = type->kind == PROTOTYPE_POINTER && type->of->kind == PROTOTYPE_VOID &&
			 has(item, NOTE_LEN);

	return is_memory ? NULL : binding_handle_name(type);
}

static bool pointer_parameter(const struct making *g, const struct prototype_item *item,
			      struct joist_parameter *to)
{
	const char *handle = handle_name(item, item->type);

	if (has(item, NOTE_NULL)) {
		to->type = &joist_ctype_null;
		return check_notes(g, item, 1 << NOTE_NULL, "what is always NULL");
	}
	if (handle)
		return check_notes(g, item, 1 << NOTE_IN | 1 << NOTE_NULLABLE, "a handle") &&
		       handle_parameter(g, handle, to);
	if (item->type->of->kind == PROTOTYPE_FUNCTION)
		return check_notes(g, item,
				   1 << NOTE_SCOPE | 1 << NOTE_FAILURE | 1 << NOTE_NULLABLE,
				   "a callback") &&
		       callback_parameter(g, item, to);
	if (to->flags & JOIST_P_LENGTH)
		return check_notes(g, item, DIRECTIONS, "what counts others") &&
		       counter_parameter(g, item, to);
	return check_notes(g, item,
			   DIRECTIONS | 1 << NOTE_LEN | 1 << NOTE_USED | 1 << NOTE_FREE |
				   1 << NOTE_NULLABLE,
			   "memory") &&
	       memory_parameter(g, item, to);
}

static bool make_parameter(const struct making *g, const struct prototype_item *item,
			   struct joist_parameter *to)
{
	to->name = item->name;
	if (has(item, NOTE_NULLABLE))
		to->flags |= JOIST_P_NULLABLE;
	if (item->type->kind == PROTOTYPE_POINTER)
		return pointer_parameter(g, item, to);
	if (!check_notes(g, item, 1 << NOTE_IN, "a value"))
		return false;
	to->type = binding_value_type(g->m, item->type, item->at);
	return to->type;
}

static bool pointer_result(const struct making *g, const struct prototype_type *type,
			   struct joist_parameter *to)
{
	const struct prototype_item *item = g->function;
	const char *name = handle_name(item, type);

	if (name) {
		struct binding_handle *handle = binding_handle(g->m, name);

		to->type = !handle		  ? NULL
			   : has(item, NOTE_FREE) ? &handle->type
						  : &handle->borrowed;
		return to->type;
	}
	if (type->of->kind == PROTOTYPE_FUNCTION)
		return refuse(g, item->at,
			      "a result that is a function has no term; take this function out");
	if (!set_free(g, item, to))
		return false;
	if (to->length || to->room)
		return buffer_type(g, item, type->of, to);
	if (is_text(type->of)) {
		to->type = &joist_ctype_string;
		return true;
	}
	return target_type(g, item, type, to);
}

static bool make_result(const struct making *g, struct joist_parameter *to)
{
	const struct prototype_type *type = g->type->of;

	if (type->kind == PROTOTYPE_VOID) {
		to->type = &joist_ctype_void;
		return true;
	}
	if (type->kind == PROTOTYPE_POINTER) {
		if (g->is_callback)
			return refuse(g, g->function->at,
				      "a callback that returns a pointer has no term; write a "
				      "function in C around it");
		return pointer_result(g, type, to);
	}
	to->type = binding_value_type(g->m, type, g->function->at);
	return to->type;
}

/* Notes on a result that is no pointer. */
static bool check_result_notes(const struct making *g)
{
	if (g->is_callback || g->type->of->kind == PROTOTYPE_POINTER)
		return true;
	return check_notes(g, g->function, ~(1u << NOTE_FREE | 1u << NOTE_LEN),
			   "a result that is no pointer");
}

static bool make(struct making *g, struct joist_signature *s)
{
	size_t count = g->type->parameters.count;
	struct joist_parameter *to =
		binding_take(g->m, (count ? count : 1) * sizeof(*g->parameters));

	if (!to)
		return false;
	g->parameters = to;
	s->size = sizeof(*s);
	s->parameters = to;
	s->count = (uint16_t)count;
	s->fixed = g->type->is_variadic ? (uint16_t)g->type->fixed : 0;
	if (!check_result_notes(g) || !link_lengths(g, s) || !make_result(g, &s->result))
		return false;
	for (const struct prototype_item *item = g->type->parameters.first; item;
	     item = item->next) {
		if (!make_parameter(g, item, to++))
			return false;
	}
	return true;
}

static uint32_t flags_of(const struct prototype_item *function)
{
	return (has(function, NOTE_ERRNO) ? JOIST_F_ERRNO : 0u) |
	       (has(function, NOTE_STATUS) ? JOIST_F_STATUS : 0u) |
	       (has(function, NOTE_BLOCKING) ? JOIST_F_BLOCKING : 0u) |
	       (has(function, NOTE_THREADSAFE) ? JOIST_F_THREADSAFE : 0u);
}

bool binding_signature(struct binding_maker *m, const struct prototype_item *function,
		       struct joist_signature *ret)
{
	struct making g = { .m = m, .function = function, .type = function->type };

	*ret = (struct joist_signature){ .name = function->name, .flags = flags_of(function) };
	return make(&g, ret);
}

bool binding_callback(struct binding_maker *m, const struct prototype_item *parameter,
		      const struct prototype_type *type, struct joist_signature *ret)
{
	const struct prototype_note *failure = prototype_note(parameter, NOTE_FAILURE);
	struct making g = { .m = m, .function = parameter, .type = type, .is_callback = true };

	*ret = (struct joist_signature){ .name = parameter->name ? parameter->name : "callback",
					 .failure = failure ? failure->number : 0 };
	return make(&g, ret);
}
