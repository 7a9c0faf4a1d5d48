/* Loads plugins by the dynamic linker. A library is owned by its generation. Any thread that may
 * block. */
#include "loader/load.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/library.h"
#include "vm/sched/exceptions.h"

static bool has_symbol(const char *name, const char *version)
{
	return dlvsym(RTLD_DEFAULT, name, version) != NULL;
}

const struct image_node load_node = { .abi = JOIST_ABI, .has_symbol = has_symbol };

#define refuse(...) report_error(report, image->file, (struct place){ 0 }, __VA_ARGS__)

static void *open_library(const struct image *image, const char *file, struct report *report)
{
	char path[2 * PATH_MAX], folder[PATH_MAX] = ".", why[512];
	void *library;

	/* Whole, as crash reports look it up later, wherever the process is then; and with a slash, as
	 * what has none is looked for among the system's libraries. */
	if (file[0] == '/')
		snprintf(path, sizeof(path), "%s", file);
	else
		snprintf(path, sizeof(path), "%s/%s", getcwd(folder, sizeof(folder)) ? folder : ".",
			 file);
	library = library_open(path, image->file, why, sizeof(why));
	if (!library)
		refuse("cannot be loaded (%s); install or link what it needs", why);
	return library;
}

struct code *load_candidate(struct registry *registry, const struct image *image,
			    const struct load_how *how, struct report *report)
{
	struct generation_origin origin = {
		.file = image->file,
		.library = open_library(image, how->copy ? how->copy : image->file, report),
		.hash = how->hash,
		.travels = how->travels,
		.counted = image->note.flags & JOIST_NOTE_COUNTED,
		.state_version = image->note.state_version,
		.config = how->config,
		.config_from = how->config_from,
	};
	const struct joist_plugin *plugin;
	struct code *code = NULL;
	char source[PATH_MAX];

	if (!origin.library)
		return NULL;
	exceptions_look();
	origin.source = realpath(image->file, source);
	library_locate(origin.library, &origin);
	origin.elf = &image->elf;
	plugin = dlsym(origin.library, "joist_plugin");
	if (!plugin || !plugin->name || strcmp(plugin->name, image->note.name))
		refuse("has changed while it was loaded; try again");
	else
		code = registry_add_candidate(registry, plugin, &origin, report);
	if (!code)
		dlclose(origin.library);
	return code;
}

struct code *load_image(struct registry *registry, const struct image *image,
			const struct load_how *how, struct report *report)
{
	struct code *code = load_candidate(registry, image, how, report);

	if (code)
		registry_commit(registry, code);
	return code;
}
