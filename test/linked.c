/* A code port over the one plugin that is linked into the program, as if it had been loaded: for tests
 * of the VM that need actors but no loader. Find is entered by any thread, and changes nothing. */
#include "test/linked.h"

#include <string.h>

#define EXPORTS_MAX 16

extern const struct joist_plugin joist_plugin;

static struct export exports[EXPORTS_MAX];
static struct code code = { .version = "1.0", .generation = 1, .exports = exports };

static bool is_named(joist_atom name, struct joist_bytes text)
{
	struct joist_bytes own = joist_atom_name(name);

	return own.size == text.size && memcmp(own.data, text.data, own.size) == 0;
}

static struct export *find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			   int arity)
{
	(void)owner;
	if (!is_named(code.plugin, plugin))
		return NULL;
	for (size_t i = 0; i < code.export_count; i++) {
		struct export *export = &exports[i];
		bool fun = export->kind == JOIST_EXPORT_FUN;

		if (is_named(export->name, name) && (fun ? (int)export->arity : -1) == arity)
			return export;
	}
	return NULL;
}

static struct export export_of(const struct joist_export *from)
{
	struct export to = {
		.code = &code,
		.name = joist_atom_new(from->name),
		.kind = (enum joist_export_kind)from->kind,
		.arity = from->arity,
		.body = from->code,
		.data = from->data,
		.stack_bytes = from->stack_bytes,
	};

	if (from->handler) {
		to.handler = *from->handler;
		if (to.handler.state_size)
			to.state_bytes = to.handler.state_size(from->data);
	}
	return to;
}

void linked_port(struct code_port *port)
{
	code.plugin = joist_atom_new(joist_plugin.name);
	for (size_t i = 0; i < joist_plugin.export_count && i < EXPORTS_MAX; i++)
		exports[code.export_count++] = export_of(&joist_plugin.exports[i]);
	*port = (struct code_port){ .find = find };
}
