/* The methods of objects, found by what a request says. A list is prepared on its first use; two threads
 * may do that at one time: the first to publish wins, the other frees its own. The plugin whose list it is
 * owns what is published. */
#include <joist/ctype.h>

#include <stdio.h>
#include <string.h>

#include "vm/api/self.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/term/atom.h"
#include "vm/term/copy.h"
#include "vm/typed/typed.h"

struct method {
	joist_atom name;
	uint32_t arity;
	struct typed *typed;
};

struct prepared {
	size_t count, bytes;
	struct method methods[];
};

static void prepared_free(struct prepared *prepared)
{
	if (!prepared)
		return;
	for (size_t i = 0; i < prepared->count; i++)
		typed_free(prepared->methods[i].typed);
	heap_give(prepared, prepared->bytes);
}

/* Leaves the list as it was at first: a plugin's memory may be mapped still when its node is gone. */
static void free_list(void *what)
{
	struct joist_methods *methods = what;

	/* acquire: pairs with the release in publish */
	prepared_free(__atomic_exchange_n(&methods->prepared, NULL, __ATOMIC_ACQUIRE));
}

static void log_mistake(const char *method, const struct typed_mistake *mistake)
{
	char where[32] = "";

	if (mistake->parameter >= 0)
		snprintf(where, sizeof(where), "%d", mistake->parameter);
	const struct log_field fields[] = {
		LOG_FIELD_TEXT("method", method),
		LOG_FIELD_TEXT("parameter", where),
	};
	const struct log_event event = { LOG_LEVEL_ERROR, "method", mistake->what, fields, 2 };
	log_write(&event);
}

static bool prepare_one(struct method *to, const struct joist_method *from, size_t state_size,
			struct typed_mistake *mistake)
{
	to->name = atom_make(from->name, strlen(from->name));
	to->typed = typed_prepare(from->signature, from->code, mistake);
	if (!to->typed)
		return false;
	to->arity = typed_arity(to->typed);
	if (from->state_size != state_size)
		return mistake_tell(mistake, "is not a method of that state; give it its own");
	return to->name.word;
}

/* Ends the actor if there is a mistake in the list, or memory is short. */
static struct prepared *prepare(struct joist_actor *self, const struct joist_methods *methods)
{
	struct typed_mistake mistake = { .parameter = -1 };
	struct prepared *prepared;
	size_t count = 0, bytes;

	while (methods->list[count].name)
		count++;
	bytes = sizeof(*prepared) + count * sizeof(struct method);
	prepared = heap_take_zero(bytes);
	if (!prepared)
		self_short(self);
	prepared->bytes = bytes;
	while (prepared->count < count) {
		const struct joist_method *from = &methods->list[prepared->count];

		if (prepare_one(&prepared->methods[prepared->count++], from, methods->state_size,
				&mistake))
			continue;
		prepared_free(prepared);
		if (!mistake.what[0])
			self_short(self);
		log_mistake(from->name, &mistake);
		self_badarg(self, "joist_call_method");
	}
	return prepared;
}

static struct prepared *publish(struct joist_actor *self, struct joist_methods *methods)
{
	struct prepared *prepared = prepare(self, methods);
	void *first = NULL;

	/* Before others can see it, for then it cannot be taken back. */
	if (!self_plugin_owns(methods, free_list)) {
		prepared_free(prepared);
		self_short(self);
	}
	/* release: pairs with the acquire in joist_call_method; acquire, of what another thread
	 * published */
	if (!__atomic_compare_exchange_n(&methods->prepared, &first, prepared, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		prepared_free(prepared);
		return first;
	}
	return prepared;
}

static joist_term no_method(struct joist_actor *self, const struct prepared *prepared,
			    joist_term request, joist_atom name, uint32_t arity)
{
	if (!name.word)
		return joist_make(self, "{error, {undef, #{request => Request}}}", request);
	for (size_t i = 0; i < prepared->count; i++) {
		const struct method *method = &prepared->methods[i];

		if (method->name.word == name.word)
			return joist_make(self,
					  "{error, {badarity, #{method => Name, arity => Arity, "
					  "expected => Expected}}}",
					  name, arity, method->arity);
	}
	return joist_make(self, "{error, {undef, #{method => Name, arity => Arity}}}", name, arity);
}

joist_term joist_call_method(struct joist_actor *self, struct joist_methods *methods, void *state,
			     joist_term request)
{
	/* acquire: pairs with the release in publish */
	struct prepared *prepared = __atomic_load_n(&methods->prepared, __ATOMIC_ACQUIRE);
	const joist_term *arguments = NULL;
	joist_atom name = { 0 };
	uint32_t arity = 0;

	if (__builtin_expect(!prepared, 0))
		prepared = publish(self, methods);
	if (term_is_atom(request)) {
		name = atom_of(request);
	} else if (copy_tuple_words(request) > 1 && term_is_atom(tuple_at(request, 0))) {
		name = atom_of(tuple_at(request, 0));
		arguments = (const joist_term *)(const void *)(term_box(request) + 2);
		arity = (uint32_t)copy_tuple_words(request) - 2;
	}
	for (size_t i = 0; i < prepared->count; i++) {
		const struct method *method = &prepared->methods[i];

		if (method->name.word == name.word && method->arity == arity)
			return typed_call_on(self, method->typed, state, arguments);
	}
	return no_method(self, prepared, request, name, arity);
}
