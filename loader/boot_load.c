/* What the store has recorded of a plugin counts as long as the file that the script names is the
 * one that was there then. Files are copied into the store under what the file system says of them,
 * not under their hashes, unless other nodes may ask for them by these: those would cost the start of
 * a node a millisecond. One thread. */
#include "loader/boot_load.h"

#include <string.h>

#include "loader/fetch.h"
#include "loader/load.h"
#include "loader/script_tree.h"
#include "loader/trial.h"

static joist_term config_term(const void *value, struct arena *arena)
{
	return script_value_term(value, arena);
}

/* Puts the recorded generation's file in place of the script's. */
static bool take_recorded(const struct boot_load *how, struct script_plugin *plugin,
			  const struct digest *committed)
{
	struct report report = { 0 };
	struct digest hash;
	char path[PATH_MAX];
	struct image image;
	bool fine;

	store_copy(how->store, committed, path);
	fine = image_read(&image, path, &load_node, &report);
	if (fine &&
	    (!digest_make(&hash, image.bytes, image.size) || !digest_equal(&hash, committed) ||
	     !image_read_exports(&image, &report) || strcmp(image.note.name, plugin->name))) {
		image_finish(&image);
		fine = false;
	}
	report_finish(&report);
	if (!fine) {
		log_say(LOG_LEVEL_WARNING, "load",
			"%s: the generation that was committed last is gone, or damaged; %s is "
			"taken",
			plugin->name, plugin->image.file);
		return false;
	}
	log_say(LOG_LEVEL_NOTICE, "load",
		"%s %s is taken, which was committed last, not %s of %s; --from-script would take "
		"that",
		plugin->name, image.note.version, plugin->image.note.version, plugin->image.file);
	image_finish(&plugin->image);
	plugin->image = image;
	return true;
}

/* Whether what is recorded of the plugin has been taken; its hash then. What counts no longer is
 * forgotten. */
static bool look_up(const struct boot_load *how, struct script_plugin *plugin,
		    struct digest *ret_hash, struct report *report)
{
	struct store_entry entry;
	struct digest script;

	if (!how->store || !store_find(how->store, plugin->name, &entry))
		return false;
	if (how->from_script || !digest_make(&script, plugin->image.bytes, plugin->image.size) ||
	    !digest_equal(&script, &entry.script)) {
		store_forget(how->store, plugin->name, report);
		return false;
	}
	*ret_hash = entry.committed;
	return !digest_equal(&script, &entry.committed) &&
	       take_recorded(how, plugin, &entry.committed);
}

static bool is_in(const char *file, const char *directory)
{
	size_t size = strlen(directory);

	return size && !strncmp(file, directory, size) && file[size] == '/';
}

/* Under its hash, where other nodes ask for it. */
static bool keep_by_hash(const struct boot_load *how, const struct image *image,
			 struct digest *ret_hash, char copy[static PATH_MAX], struct report *report)
{
	if (!digest_make(ret_hash, image->bytes, image->size))
		return report_error(report, image->file, (struct place){ 0 },
				    "cannot be hashed without libcrypto.so.3, as \"fetch\" wants; "
				    "install OpenSSL");
	if (!store_keep(how->store, image, ret_hash, copy, report))
		return false;
	fetch_keep_signature(how->store, image->file, ret_hash);
	return true;
}

static bool load_one(const struct boot_load *how, struct script_plugin *plugin,
		     struct report *report)
{
	struct load_how load = { .config = plugin->config ? config_term : NULL,
				 .config_from = plugin->config };
	struct digest hash;
	char copy[PATH_MAX];
	struct code *code;

	if (look_up(how, plugin, &hash, report)) {
		load.hash = &hash;
		load.travels = how->travels;
	} else if (how->travels && !is_in(plugin->image.file, how->shipped)) {
		if (!keep_by_hash(how, &plugin->image, &hash, copy, report))
			return false;
		load.hash = &hash;
		load.travels = true;
		load.copy = copy;
	} else if (how->store && !is_in(plugin->image.file, how->shipped)) {
		if (!store_keep(how->store, &plugin->image, NULL, copy, report))
			return false;
		load.copy = copy;
	}
	if (!trial_load(&plugin->image, load.copy, report))
		return false;
	code = load_image(how->registry, &plugin->image, &load, report);
	if (code)
		log_say(LOG_LEVEL_DEBUG, "load", "%s %s is loaded from %s", plugin->name,
			code->version, plugin->image.file);
	return code;
}

bool boot_load(const struct boot_load *how, struct script *script, struct report *report)
{
	for (size_t i = 0; i < script->plugin_count; i++) {
		if (!load_one(how, &script->plugins[i], report))
			return false;
	}
	if (how->store)
		store_clean(how->store);
	return true;
}
