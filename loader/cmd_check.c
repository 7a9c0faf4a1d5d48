/* joist check: says of boot scripts and plugins what is wrong with them, and of plugins what they are.
 * Constructors, if a plugin has any, run in a process of their own; else no code of a plugin runs. */
#include "loader/verb.h"

#include <inttypes.h>
#include <string.h>

#include "loader/boot.h"
#include "loader/home.h"
#include "loader/load.h"
#include "loader/node.h"
#include "loader/script_bindings.h"
#include "loader/trial.h"
#include "vm/actor/code.h"

static bool as_json;
static struct option_texts plugin_paths;

static const char *const kinds[] = {
	[JOIST_EXPORT_LOOP] = "loop",
	[JOIST_EXPORT_HANDLER] = "handler",
	[JOIST_EXPORT_FUN] = "fun",
	[JOIST_EXPORT_TYPED] = "typed",
};

/* Paths are the only text here that may hold a quote or a backslash. */
static void print_json_text(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		if ((unsigned char)*text < 0x20)
			printf("\\u%04x", (unsigned)*text);
		else
			putchar(*text);
	}
	putchar('"');
}

static void print_json(const struct image *image)
{
	const struct joist_note *note = &image->note;

	printf("{\"file\": ");
	print_json_text(image->file);
	printf(", \"name\": \"%s\", \"version\": \"%s\", \"abi\": %u, \"sdk\": %u, \"needs\": "
	       "%" PRIu64 ", \"state_version\": %u, \"counted\": %s, \"thread_local\": %s, "
	       "\"constructors\": %zu, \"exports\": [",
	       note->name, note->version, JOIST_ABI, note->sdk, note->needs, note->state_version,
	       note->flags & JOIST_NOTE_COUNTED ? "true" : "false",
	       image_has_tls(image) ? "true" : "false", image_constructors(image));
	for (size_t i = 0; i < image->export_count; i++) {
		const struct joist_export *export = &image->exports[i];

		printf("%s{\"name\": \"%s\", \"kind\": \"%s\", \"arity\": %u}", i ? ", " : "",
		       export->name, kinds[export->kind],
		       code_is_called(export->kind) ? export->arity : 1);
	}
	printf("]}\n");
}

static void print_passport(const struct image *image)
{
	const struct joist_note *note = &image->note;

	printf("%s: %s %s, ABI %d, SDK %u.%u.%u", image->file, note->name, note->version, JOIST_ABI,
	       note->sdk / 10000, note->sdk / 100 % 100, note->sdk % 100);
	if (note->state_version)
		printf(", state %u", note->state_version);
	if (note->flags & JOIST_NOTE_COUNTED)
		printf(", counts reductions");
	if (image_has_tls(image))
		printf(", has thread-local storage: actors that block in mid-turn keep their "
		       "threads");
	putchar('\n');
	for (size_t i = 0; i < image->export_count; i++) {
		const struct joist_export *export = &image->exports[i];

		printf("  %s:%s", note->name, export->name);
		if (code_is_called(export->kind))
			printf("/%u", export->arity);
		printf(" %s\n", kinds[export->kind]);
	}
}

static bool check_plugin(const char *file, struct report *report)
{
	struct image image;
	bool fine;

	if (!image_read(&image, file, &load_node, report))
		return false;
	fine = image_read_exports(&image, report) && trial_load(&image, NULL, report);
	if (fine) {
		image_lint(&image, report);
		if (as_json)
			print_json(&image);
		else
			print_passport(&image);
	}
	image_finish(&image);
	return fine;
}

static bool check_script(const char *file, struct node *node, const struct home *home,
			 struct report *report)
{
	const struct script_places places = { plugin_paths.items, home->plugins };
	struct script script;
	bool fine = boot_read(&script, file, &places, &load_node, node->registry, report);

	for (size_t i = 0; fine && i < script.plugin_count; i++)
		fine = trial_load(&script.plugins[i].image, NULL, report);
	fine = fine && script_bindings_compare(&script, report);
	boot_finish(&script);
	if (fine && !as_json)
		printf("%s: fine\n", file);
	return fine;
}

static bool is_script(const char *file)
{
	size_t size = strlen(file);

	return size > 5 && !strcmp(file + size - 5, ".json");
}

static bool check_file(const char *file, struct node *node, const struct home *home)
{
	struct report report = { 0 };
	bool fine = is_script(file) ? check_script(file, node, home, &report)
				    : check_plugin(file, &report);

	fflush(stdout);
	report_print(&report, stderr);
	report_finish(&report);
	return fine;
}

static enum verb_result run(int count, char **arguments)
{
	static struct home home;
	struct report report = { 0 };
	struct node node;
	bool fine = true;

	if (!home_find(&home) || !node_open(&node, verb_plugins, &report)) {
		report_print(&report, stderr);
		return VERB_FAILED;
	}
	for (int i = 0; i < count; i++)
		fine = check_file(arguments[i], &node, &home) && fine;
	node_close(&node);
	return fine ? VERB_DONE : VERB_FAILED;
}

static const struct option options[] = {
	{ "--json", OPTION_FLAG, &as_json, NULL, "print what a plugin is as JSON", 0, 0 },
	{ "--plugin-path", OPTION_TEXTS, &plugin_paths, "DIR",
	  "look for plugins here first; may be given often", 0, 0 },
	{ 0 },
};

const struct verb verb_check = {
	.name = "check",
	.arguments = "BOOT.json|PLUGIN.so...",
	.about = "Says what is wrong with boot scripts and plugins, and what plugins are.",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 1000000,
	.run = run,
};
