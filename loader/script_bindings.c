/* Reads the bindings of a boot script. A library is loaded only if the script trusts what it says of it.
 * One thread. */
#include "loader/script_bindings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/binding.h"
#include "loader/library.h"

#define fault(place, ...) report_error(report, script->file, (place), __VA_ARGS__)

/* Longer files are no list of prototypes. */
#define FILE_BYTES_MAX (1 << 20)

bool script_binding(const struct script *script, struct joist_bytes name)
{
	for (size_t i = 0; i < script->binding_count; i++) {
		const char *other = script->bindings[i].name;

		if (strlen(other) == name.size && !memcmp(other, name.data, name.size))
			return true;
	}
	return false;
}

static bool check_name(const struct script *script, const struct script_binding *binding,
		       struct report *report)
{
	struct place at = value_get(binding->at, "name")->at;
	struct joist_bytes name = joist_text(binding->name);
	const struct script_plugin *plugin = script_plugin(script, name);

	for (const struct script_binding *first = script->bindings; first < binding; first++) {
		if (!strcmp(first->name, binding->name))
			return fault(at,
				     "the binding \"%s\" is named on line %u too; keep one of them",
				     binding->name, first->at->at.line);
	}
	if (plugin)
		return fault(at, "the plugin on line %u is named \"%s\" too; choose another name",
			     plugin->at->at.line, binding->name);
	if (registry_plugin(script->built_in, name))
		return fault(at, "the plugin \"%s\" is part of joist; choose another name",
			     binding->name);
	return true;
}

static bool check_trust(const struct script *script, const struct value *object,
			struct report *report)
{
	const struct value *trusted = value_get(object, "trusted");

	if (trusted && (trusted->kind != VALUE_BOOL || trusted->truth))
		return true;
	return fault(
		trusted ? trusted->at : object->at,
		"a wrong prototype corrupts the node's memory, so a binding is loaded only if it "
		"is trusted; compare its prototypes with the library's header, then write "
		"\"trusted\": true");
}

static void *open_library(struct script *script, const struct value *library, struct report *report)
{
	const char *path =
		strchr(library->text, '/') ? script_path(script, library->text) : library->text;
	char why[512];
	void *opened;

	if (!path) {
		report_short(report, script->file);
		return NULL;
	}
	opened = library_open(path, library->text, why, sizeof(why));
	if (!opened)
		fault(library->at,
		      "the library %s cannot be loaded (%s); install it, or correct its name",
		      library->text, why);
	return opened;
}

/* The prototypes that stand in the script itself. */
static bool read_list(const struct script *script, struct script_binding *binding,
		      const struct value *list, struct report *report)
{
	size_t errors = report->errors;

	for (const struct value *item = list->first; item; item = item->next) {
		struct prototype_source source = {
			.file = script->file,
			.start = { item->at.line, item->at.column + 1 },
			.quoted = true,
		};

		if (item->kind != VALUE_TEXT)
			return false;
		source.text = joist_text(item->text);
		binding_read(binding->binding, &source, report);
	}
	return report->errors == errors && binding_make(binding->binding, script->file, report);
}

/* Those of a file of their own; the file's name lives as long as the script. */
static bool read_file(struct script *script, struct script_binding *binding,
		      const struct value *file, struct report *report)
{
	const char *path = script_path(script, file->text);
	struct prototype_source source = { .file = path, .start = { 1, 1 } };
	char *text = malloc(FILE_BYTES_MAX);
	bool fine = false;
	FILE *in = NULL;

	if (!path || !text) {
		report_short(report, script->file);
		goto out;
	}
	errno = 0;
	in = fopen(path, "re");
	if (in)
		source.text = (struct joist_bytes){ text, fread(text, 1, FILE_BYTES_MAX, in) };
	if (!in || ferror(in) || source.text.size == FILE_BYTES_MAX) {
		fault(file->at, "\"file\" %s cannot be read (%s); check its path and mode",
		      file->text, errno ? strerror(errno) : "it is too long");
		goto out;
	}
	fine = binding_read(binding->binding, &source, report) &&
	       binding_make(binding->binding, path, report);
out:
	if (in)
		fclose(in);
	free(text);
	return fine;
}

static void read_prototypes(struct script *script, struct script_binding *binding,
			    struct report *report)
{
	const struct value *list = value_get(binding->at, "prototypes");
	const struct value *file = value_get(binding->at, "file");
	bool fine = false;

	if (!list == !file)
		fault(file ? file->key_at : binding->at->at,
		      "a binding has either \"prototypes\" or a \"file\" of them; write one");
	else if (list && list->kind == VALUE_LIST)
		fine = read_list(script, binding, list, report);
	else if (file && file->kind == VALUE_TEXT)
		fine = read_file(script, binding, file, report);
	if (fine && !binding_count(binding->binding))
		fault((list ? list : file)->at,
		      "the binding \"%s\" declares no function; write one", binding->name);
}

static void read_binding(struct script *script, struct script_binding *binding,
			 struct report *report)
{
	const struct value *library = value_get(binding->at, "library");
	void *opened;

	if (!check_name(script, binding, report) || !check_trust(script, binding->at, report) ||
	    !library || library->kind != VALUE_TEXT || !library->text[0])
		return;
	opened = open_library(script, library, report);
	if (!opened)
		return;
	binding->binding = binding_create(binding->name, opened, library->text);
	if (binding->binding)
		read_prototypes(script, binding, report);
	else
		report_short(report, script->file);
}

bool script_bindings_read(struct script *script, struct report *report)
{
	const struct value *list = value_get(script->root, "bindings");
	size_t room = 0;

	if (!list || list->kind != VALUE_LIST)
		return true;
	for (const struct value *item = list->first; item; item = item->next)
		room++;
	script->bindings =
		(void *)arena_take(&script->arena, room * sizeof(*script->bindings) / 8 + 1);
	if (!script->bindings)
		return report_short(report, script->file);
	for (const struct value *item = list->first; item; item = item->next) {
		struct script_binding *binding = &script->bindings[script->binding_count];
		const char *name = script_text(item, "name");

		if (!name || !image_name_fits(name))
			continue;
		*binding = (struct script_binding){ .name = name, .at = item };
		script->binding_count++;
		read_binding(script, binding, report);
	}
	return true;
}

bool script_bindings_compare(const struct script *script, struct report *report)
{
	bool fine = true;

	for (size_t i = 0; i < script->binding_count; i++)
		fine = binding_compare(script->bindings[i].binding, report) && fine;
	return fine;
}

bool script_bindings_load(struct script *script, struct registry *registry, struct report *report)
{
	for (size_t i = 0; i < script->binding_count; i++) {
		struct script_binding *binding = &script->bindings[i];

		if (!binding_load(binding->binding, registry, report))
			return false;
		binding->binding = NULL;
	}
	return true;
}

void script_bindings_finish(struct script *script)
{
	for (size_t i = 0; i < script->binding_count; i++)
		binding_destroy(script->bindings[i].binding);
}
