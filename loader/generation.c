/* Makes the VM's view of a plugin of the descriptor that the plugin exports, which may be of an
 * older SDK and know shorter structs: what it lacks is zero.
 *
 * Owned by the registry. What it holds is of the runtime's heap. The count of pins stands first in
 * its memory, and outlives what it counted. */
#include "loader/generation.h"

#include <dlfcn.h>
#include <string.h>

#include "loader/exports.h"
#include "loader/functions.h"
#include "loader/typed_export.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"

/* Below, at or above zero as strcmp, for texts that may hold zeros. */
static int compare_names(struct joist_bytes a, struct joist_bytes b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

	if (order)
		return order;
	return a.size < b.size ? -1 : a.size > b.size;
}

/* What can be started stands under arity -1. */
static int export_arity(const struct export *export)
{
	return code_is_called(export->kind) ? (int)export->arity : -1;
}

static int compare_export(const struct export *export, struct joist_bytes name, int arity)
{
	int order = compare_names(atom_name(export->name), name);

	return order ? order : export_arity(export) - arity;
}

struct export *generation_find(const struct code *code, struct joist_bytes name, int arity)
{
	size_t low = 0, high = code->export_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare_export(&code->exports[middle], name, arity);

		if (!order)
			return &code->exports[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const char *copy_text(struct arena *arena, const char *text)
{
	size_t bytes = strlen(text) + 1;
	char *copy = (char *)arena_take(arena, bytes / 8 + 1);

	return copy ? memcpy(copy, text, bytes) : NULL;
}

/* One export, of a plugin that may know a shorter struct than this node. */
static bool fill_export(struct export *to, struct code *code, const struct joist_export *from,
			const void *data)
{
	*to = (struct export){
		.code = code,
		.name = atom_make(from->name, strlen(from->name)),
		.kind = from->kind,
		.arity = code_is_called(from->kind) ? from->arity : 0,
		.body = from->code,
		.data = from->data ? from->data : data,
		.stack_bytes = from->stack_bytes,
	};
	if (to->kind == JOIST_EXPORT_HANDLER) {
		size_t size = from->handler->size;

		memcpy(&to->handler, from->handler,
		       size < sizeof(to->handler) ? size : sizeof(to->handler));
		to->state_bytes = to->handler.state_size ? to->handler.state_size(to->data) : 0;
	}
	return to->name.word;
}

/* What the state of an export is made of: what stands behind it in the list, up to `end`. */
static bool fill_states(struct export *to, struct arena *arena, const struct joist_export *from,
			const struct joist_export *end)
{
	const struct joist_state **states;
	size_t count = 0;

	while (from + count < end && from[count].kind == JOIST_EXPORT_STATE)
		count++;
	if (count == 0)
		return true;
	states = (const struct joist_state **)arena_take(arena, count);
	if (!states)
		return false;
	to->state_version = 0;
	for (size_t i = 0; i < count; i++) {
		states[i] = from[i].data;
		if (states[i]->version > to->state_version)
			to->state_version = states[i]->version;
	}
	to->states = states;
	to->state_count = count;
	return true;
}

/* Puts it where generation_find looks for it: a plugin's exports are few. */
static void insert_export(struct code *code, const struct export *export)
{
	size_t at = code->export_count++;

	while (at && compare_export(&code->exports[at - 1], atom_name(export->name),
				    export_arity(export)) > 0) {
		code->exports[at] = code->exports[at - 1];
		at--;
	}
	code->exports[at] = *export;
}

static bool judge_handler(const struct joist_export *export, const char *file,
			  struct report *report)
{
	const struct joist_handler *handler = export->handler;

	if (export->kind != JOIST_EXPORT_HANDLER)
		return true;
	if (handler->size < HANDLER_BYTES_MIN)
		return report_error(report, file, (struct place){ 0 },
				    "has a handler %s of %u bytes; set its size to sizeof(struct "
				    "joist_handler)",
				    export->name, handler->size);
	if (!handler->message)
		return report_error(report, file, (struct place){ 0 },
				    "has a handler %s without a message function; give it one",
				    export->name);
	return true;
}

/* Adds the export at `from`; what tells of its state stands behind it, before `end`. */
static bool add_export(struct code *code, struct arena *arena, const struct joist_export *from,
		       const struct joist_export *end, const struct generation_origin *origin,
		       struct report *report)
{
	struct export export;

	if (!judge_handler(from, origin->file, report))
		return false;
	if (!fill_export(&export, code, from, origin->data))
		return report_short(report, origin->file);
	if (!typed_export_fill(&export, from, origin->file, report))
		return false;
	export.state_version = origin->state_version;
	if (!fill_states(&export, arena, from + 1, end))
		return report_short(report, origin->file);
	insert_export(code, &export);
	return true;
}

/* Copies the exports, each of which is `size` bytes apart from the next. */
static bool fill_exports(struct generation *generation, const struct joist_plugin *plugin,
			 const struct generation_origin *origin, struct report *report)
{
	struct code *code = &generation->code;
	const char *from = (const char *)plugin->exports;
	struct joist_export *exports = heap_take_zero(plugin->export_count * sizeof(*exports));
	size_t size = plugin->export_size, room = 0;
	bool done = false;

	if (!exports) {
		report_short(report, origin->file);
		goto out;
	}
	for (size_t i = 0; i < plugin->export_count; i++)
		memcpy(&exports[i], from + i * size,
		       size < sizeof(*exports) ? size : sizeof(*exports));
	if (!exports_judge(origin->file, exports, plugin->export_count, report))
		goto out;
	room = exports_count(exports, plugin->export_count) * sizeof(*code->exports);
	code->exports = heap_take_zero(room);
	if (!code->exports) {
		report_short(report, origin->file);
		goto out;
	}
	for (size_t i = 0; i < plugin->export_count; i++) {
		if (exports[i].kind != JOIST_EXPORT_STATE &&
		    !add_export(code, &generation->arena, &exports[i],
				exports + plugin->export_count, origin, report))
			goto out;
	}
	done = true;
out:
	if (!done && code->exports) {
		heap_give(code->exports, room);
		code->exports = NULL;
	}
	heap_give(exports, plugin->export_count * sizeof(*exports));
	return done;
}

/* Its names, and the config that the boot script gives it. */
static bool fill_code(struct generation *generation, const struct joist_plugin *plugin,
		      const struct generation_origin *origin)
{
	struct code *code = &generation->code;

	code->plugin = atom_make(plugin->name, strlen(plugin->name));
	generation->file =
		copy_text(&generation->arena, origin->source ? origin->source : origin->file);
	if (origin->path)
		generation->path = copy_text(&generation->arena, origin->path);
	code->version = copy_text(&generation->arena, plugin->version ? plugin->version : "");
	code->counted = origin->counted;
	code->keeps_threads = origin->keeps_threads;
	code->start = origin->start;
	code->end = origin->end;
	code->text_start = origin->text_start;
	code->text_end = origin->text_end;
	if (origin->elf)
		code->functions = functions_read(origin->elf, origin->first, &generation->arena);
	if (origin->config)
		code->config = origin->config(origin->config_from, &generation->arena);
	return code->plugin.word && code->version && generation->file &&
	       (!origin->path || generation->path) && (!origin->config || code->config.word);
}

bool generation_fill(struct generation *generation, const struct joist_plugin *plugin,
		     const struct generation_origin *origin, struct report *report)
{
	struct joist_plugin known;

	if (!exports_plugin(origin->file, plugin, &known, report))
		return false;
	generation->loaded_ns = clock_system_ns();
	generation->stays = origin->stays;
	generation->first = origin->first;
	if (origin->hash)
		generation->hash = *origin->hash;
	generation->travels = origin->travels;
	if (!fill_code(generation, &known, origin))
		return report_short(report, origin->file);
	return fill_exports(generation, &known, origin, report);
}

/* Whether the linker still has it. */
static bool is_loaded(const struct generation *generation)
{
	void *library = dlopen(generation->path, RTLD_NOW | RTLD_NOLOAD);
	bool is = library != NULL;

	if (is)
		dlclose(library);
	return is;
}

bool generation_unload(struct generation *generation, bool is_shared)
{
	code_free_owned(&generation->code);
	if (!generation->library)
		return true;
	if (generation->stays && !is_shared)
		return false;
	dlclose(generation->library);
	generation->library = NULL;
	return is_shared || !is_loaded(generation);
}

void generation_empty(struct generation *generation)
{
	size_t counted = sizeof(generation->code.pins);

	if (generation->code.exports)
		heap_give(generation->code.exports,
			  generation->code.export_count * sizeof(struct export));
	bins_drop(&generation->arena);
	arena_empty(&generation->arena);
	memset((char *)generation + counted, 0, sizeof(*generation) - counted);
}
