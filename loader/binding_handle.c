/* Handles of a binding: pointers to what only the library knows, and the functions that free them. Any
 * thread that owns the maker. */
#include "loader/binding_maker.h"

#include <dlfcn.h>
#include <string.h>

#include "loader/library_names.h"

const char *binding_handle_name(const struct prototype_type *pointer)
{
	const struct prototype_type *of = pointer->of;

	if (pointer->kind != PROTOTYPE_POINTER)
		return NULL;
	if (of->kind == PROTOTYPE_STRUCT && !of->tag->is_complete)
		return of->tag->name;
	return of->kind == PROTOTYPE_VOID && pointer->named ? pointer->named->name : NULL;
}

struct binding_handle *binding_handle(struct binding_maker *m, const char *name)
{
	struct binding_handle *handle = m->handles;

	while (handle && strcmp(handle->type.name, name))
		handle = handle->next;
	if (handle)
		return handle;
	handle = binding_take(m, sizeof(*handle));
	if (!handle)
		return NULL;
	handle->type = (struct joist_ctype){ .name = name, .kind = JOIST_C_HANDLE };
	handle->borrowed = handle->type;
	handle->borrowed.of = &handle->type;
	handle->borrowed.of = &handle->type; /* they are given to the same functions */
	handle->next = m->handles;
	m->handles = handle;
	return handle;
}

void *binding_symbol(struct binding_maker *m, const char *name, struct place at)
{
	void *symbol = dlsym(m->symbols, name);
	char nearest[256];

	if (!symbol && library_nearest(m->symbols, name, nearest, sizeof(nearest)))
		binding_refuse(m, at, "%s has no function \"%s\"; did you mean \"%s\"?", m->library,
			       name, nearest);
	else if (!symbol)
		binding_refuse(m, at, "%s has no function \"%s\"; see nm -D for those it has",
			       m->library, name);
	return symbol;
}

/* Each kind of handle is freed by one function. */
static bool note_free(struct binding_maker *m, const struct prototype_type *type,
		      const struct prototype_note *note)
{
	const char *name = note ? binding_handle_name(type) : NULL;
	struct binding_handle *handle;
	void *symbol;

	if (!name)
		return true;
	handle = binding_handle(m, name);
	if (!handle)
		return false;
	if (handle->free)
		return !strcmp(handle->free, note->word) ||
		       binding_refuse(m, note->value_at,
				      "a %s is freed by %s already; write that, or give this one a "
				      "struct of its own",
				      name, handle->free);
	symbol = binding_symbol(m, note->word, note->value_at);
	if (!symbol)
		return false;
	handle->free = note->word;
	handle->type.destroy = (void (*)(void *))(uintptr_t)symbol;
	return true;
}

bool binding_note_frees(struct binding_maker *m)
{
	const struct prototype_item *function = m->from->functions.first, *item;
	bool fine = true;

	for (; function; function = function->next) {
		fine = note_free(m, function->type->of, prototype_note(function, NOTE_FREE)) &&
		       fine;
		for (item = function->type->parameters.first; item; item = item->next) {
			if (item->type->kind == PROTOTYPE_POINTER)
				fine = note_free(m, item->type->of,
						 prototype_note(item, NOTE_FREE)) &&
				       fine;
		}
	}
	return fine;
}
