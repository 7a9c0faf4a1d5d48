/* Finds the plugins of a boot script and has their files judged. Images are owned by the script. One
 * thread. */
#include "loader/script_plugins.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

struct finder {
	struct script *script;
	const struct script_places *places;
	const char *file; /* that is looked for */
	char tried[1024]; /* where it was not, for the error */
	char found[PATH_MAX];
};

static bool is_in(struct finder *f, const char *directory)
{
	if ((size_t)snprintf(f->found, sizeof(f->found), "%s/%s", directory, f->file) >=
	    sizeof(f->found))
		return false;
	return access(f->found, F_OK) == 0;
}

static bool is_among(struct finder *f, const char *directory)
{
	size_t used = strlen(f->tried);

	snprintf(f->tried + used, sizeof(f->tried) - used, "%s, ", directory);
	return is_in(f, directory);
}

/* In the script's own directories; the script's folder if it names none. */
static bool is_in_plugin_path(struct finder *f)
{
	const struct value *path = value_get(f->script->root, "plugin_path");

	if (!path || path->kind != VALUE_LIST)
		return is_among(f, f->script->directory);
	for (const struct value *item = path->first; item; item = item->next) {
		const char *directory = NULL;

		if (item->kind == VALUE_TEXT && !strcmp(item->text, "."))
			directory = f->script->directory;
		else if (item->kind == VALUE_TEXT)
			directory = script_path(f->script, item->text);
		if (directory && is_among(f, directory))
			return true;
	}
	return false;
}

static bool find_file(struct finder *f)
{
	const char *const *directory = f->places->directories;

	for (; directory && *directory; directory++) {
		if (is_among(f, *directory))
			return true;
	}
	return is_in_plugin_path(f) || (f->places->shipped && is_in(f, f->places->shipped));
}

/* The path of the plugin's file; NULL, with an error added, if there is none. */
static const char *locate(struct script *script, const struct script_places *places,
			  const struct script_plugin *plugin, struct report *report)
{
	const struct value *file = value_get(plugin->at, "file");
	struct finder f = { .script = script, .places = places };
	char name[128];
	char *path;

	snprintf(name, sizeof(name), "%s.so", plugin->name);
	f.file = file && file->kind == VALUE_TEXT ? file->text : name;
	if (strchr(f.file, '/')) {
		path = (char *)script_path(script, f.file);
		if (!path)
			report_short(report, script->file);
		return path;
	}
	if (!find_file(&f)) {
		report_error(
			report, script->file, file ? file->at : plugin->at->at,
			"there is no %s in %sor among Joist's own plugins; build it, or add its "
			"directory to \"plugin_path\"",
			f.file, f.tried);
		return NULL;
	}
	path = (char *)arena_take(&script->arena, strlen(f.found) / 8 + 1);
	if (path)
		return strcpy(path, f.found);
	report_short(report, script->file);
	return NULL;
}

static bool is_first_of_its_name(const struct script *script, const struct script_plugin *plugin,
				 struct report *report)
{
	struct place at = value_get(plugin->at, "name")->at;
	const struct script_plugin *first = script_plugin(script, joist_text(plugin->name));

	if (first != plugin)
		return report_error(report, script->file, at,
				    "the plugin \"%s\" is named on line %u too; keep one of them",
				    plugin->name, first->at->at.line);
	if (registry_plugin(script->built_in, joist_text(plugin->name)))
		return report_error(
			report, script->file, at,
			"the plugin \"%s\" is part of joist; remove it from \"plugins\"",
			plugin->name);
	return true;
}

static void judge(struct script *script, const struct script_places *places,
		  const struct image_node *node, struct script_plugin *plugin,
		  struct report *report)
{
	const char *path;

	if (!is_first_of_its_name(script, plugin, report))
		return;
	path = locate(script, places, plugin, report);
	if (!path || !image_read(&plugin->image, path, node, report))
		return;
	plugin->judged = image_read_exports(&plugin->image, report);
	if (plugin->judged && strcmp(plugin->image.note.name, plugin->name))
		report_error(report, script->file, value_get(plugin->at, "name")->at,
			     "the plugin in %s is named \"%s\", not \"%s\"; write \"%s\"", path,
			     plugin->image.note.name, plugin->name, plugin->image.note.name);
}

bool script_plugins_read(struct script *script, const struct script_places *places,
			 const struct image_node *node, struct report *report)
{
	const struct value *list = value_get(script->root, "plugins");
	size_t room = 0;

	if (!list || list->kind != VALUE_LIST)
		return true;
	for (const struct value *item = list->first; item; item = item->next)
		room++;
	script->plugins =
		(void *)arena_take(&script->arena, room * sizeof(*script->plugins) / 8 + 1);
	if (!script->plugins)
		return report_short(report, script->file);
	for (const struct value *item = list->first; item; item = item->next) {
		struct script_plugin *plugin = &script->plugins[script->plugin_count];
		const char *name = script_text(item, "name");

		if (!name || !image_name_fits(name))
			continue;
		*plugin = (struct script_plugin){ .name = name,
						  .at = item,
						  .config = value_get(item, "config") };
		script->plugin_count++;
		judge(script, places, node, plugin, report);
	}
	return true;
}

void script_plugins_finish(struct script *script)
{
	for (size_t i = 0; i < script->plugin_count; i++)
		image_finish(&script->plugins[i].image);
}
