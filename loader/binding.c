/* Makes a plugin of a library and the prototypes of its functions.
 *
 * A binding owns what is made for it, all in the arena of its prototypes, and its library, until the
 * registry has it. One thread until then. */
#include "loader/binding.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <link.h>
#include <string.h>

#include "loader/binding_debug.h"
#include "loader/binding_maker.h"
#include "loader/exports.h"
#include "loader/library.h"
#include "vm/base/heap.h"

struct binding {
	const char *name, *called;
	const char *file; /* that its prototypes stand in */
	void *library; /* NULL: its generation's */
	struct prototypes prototypes;
	struct joist_plugin plugin;
};

void *binding_take(struct binding_maker *m, size_t bytes)
{
	void *memory = arena_take(&m->from->arena, bytes / 8 + 1);

	if (memory)
		memset(memory, 0, bytes);
	else
		report_short(m->report, m->file);
	return memory;
}

static const char *copy_text(struct arena *arena, const char *text)
{
	size_t bytes = strlen(text) + 1;
	char *copy = (char *)arena_take(arena, bytes / 8 + 1);

	return copy ? memcpy(copy, text, bytes) : NULL;
}

struct binding *binding_create(const char *name, void *library, const char *called)
{
	struct binding *binding = heap_take_zero(sizeof(*binding));

	if (!binding)
		return NULL;
	binding->name = copy_text(&binding->prototypes.arena, name);
	binding->called = copy_text(&binding->prototypes.arena, called);
	if (!binding->name || !binding->called) {
		binding_destroy(binding);
		return NULL;
	}
	binding->library = library;
	return binding;
}

void binding_destroy(struct binding *binding)
{
	if (!binding)
		return;
	if (binding->library)
		dlclose(binding->library);
	prototype_finish(&binding->prototypes);
	heap_give(binding, sizeof(*binding));
}

bool binding_read(struct binding *binding, const struct prototype_source *source,
		  struct report *report)
{
	return prototype_read(&binding->prototypes, source, report);
}

size_t binding_count(const struct binding *binding)
{
	return binding->prototypes.functions.count;
}

/* Where the parameter of that number stands, and its name. */
static bool tell_mistake(const struct binding_maker *m, const struct prototype_item *function,
			 const struct typed_mistake *mistake)
{
	const struct prototype_item *item = function->type->parameters.first;

	if (!mistake->what[0])
		return report_short(m->report, m->file);
	if (mistake->parameter < 0)
		return binding_refuse(m, function->at, "%s %s", function->name, mistake->what);
	if (mistake->parameter == 0)
		return binding_refuse(m, function->at, "the result %s", mistake->what);
	for (int i = 1; i < mistake->parameter && item->next; i++)
		item = item->next;
	if (item->name)
		return binding_refuse(m, item->at, "%s %s", item->name, mistake->what);
	return binding_refuse(m, item->at, "parameter %d %s", mistake->parameter, mistake->what);
}

static bool check_export(const struct binding_maker *m, const struct prototype_item *function,
			 const struct joist_export *first, const struct joist_export *export)
{
	if (export->arity > JOIST_ARITY_MAX)
		return binding_refuse(m, function->at,
				      "%s takes %" PRIu32
				      " terms, more than the %d of any function; write "
				      "one in C with fewer around it",
				      function->name, export->arity, JOIST_ARITY_MAX);
	for (; first < export; first++) {
		if (first->arity == export->arity && !strcmp(first->name, export->name))
			return binding_refuse(m, function->at,
					      "there is a %s/%" PRIu32
					      " already; give this one a name by as=",
					      export->name, export->arity);
	}
	return true;
}

static bool make_export(struct binding_maker *m, const struct prototype_item *function,
			const struct joist_export *first, struct joist_export *export)
{
	const struct prototype_note *as = prototype_note(function, NOTE_AS);
	struct joist_signature *signature = binding_take(m, sizeof(*signature));
	void *symbol = binding_symbol(m, function->name, function->at);
	struct typed_mistake mistake = { .parameter = 0 };
	struct typed *typed;

	if (!signature || !symbol || !binding_signature(m, function, signature))
		return false;
	*export = (struct joist_export){ .name = as ? as->word : function->name,
					 .kind = JOIST_EXPORT_TYPED,
					 .code = (void (*)(void))(uintptr_t)symbol,
					 .data = signature };
	typed = typed_prepare(signature, export->code, &mistake);
	if (!typed)
		return tell_mistake(m, function, &mistake);
	export->arity = typed_arity(typed);
	typed_free(typed);
	return check_export(m, function, first, export);
}

static bool make_exports(struct binding_maker *m, struct binding *binding)
{
	const struct prototype_item *function = binding->prototypes.functions.first;
	size_t count = binding->prototypes.functions.count;
	struct joist_export *exports = binding_take(m, count * sizeof(*exports)), *next = exports;
	bool fine = exports && binding_note_frees(m);

	for (; exports && function; function = function->next) {
		if (make_export(m, function, exports, next))
			next++;
		else
			fine = false;
	}
	binding->plugin = (struct joist_plugin){
		.size = sizeof(struct joist_plugin),
		.export_size = sizeof(struct joist_export),
		.name = binding->name,
		.version = "",
		.exports = exports,
		.export_count = count,
	};
	return fine;
}

bool binding_make(struct binding *binding, const char *file, struct report *report)
{
	struct binding_maker m = {
		.from = &binding->prototypes,
		.file = file,
		.report = report,
		.library = binding->called,
		.symbols = binding->library,
	};

	binding->file = copy_text(&binding->prototypes.arena, file);
	if (!binding->file)
		return report_short(report, file);
	return make_exports(&m, binding);
}

bool binding_compare(const struct binding *binding, struct report *report)
{
	const struct link_map *map;

	return dlinfo(binding->library, RTLD_DI_LINKMAP, (void *)&map) ||
	       binding_debug_compare(&binding->prototypes, binding->file, map->l_name, report);
}

static void destroy(void *binding)
{
	binding_destroy(binding);
}

struct code *binding_load(struct binding *binding, struct registry *registry, struct report *report)
{
	struct generation_origin origin = { .file = binding->called, .library = binding->library };
	struct code *code;

	library_locate(binding->library, &origin);
	code = registry_add_candidate(registry, &binding->plugin, &origin, report);
	if (!code)
		return NULL;
	/* The library is the generation's now, and so is the binding. */
	binding->library = NULL;
	if (code_own(code, binding, destroy)) {
		registry_commit(registry, code);
		return code;
	}
	registry_withdraw(registry, code);
	report_short(report, origin.file);
	return NULL;
}
