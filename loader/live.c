/* Files become generations of a node that runs. The registry has its own lock; the order of things
 * is kept by code_server, which does one at a time. */
#include "loader/live.h"

#include <string.h>
#include <sys/stat.h>

#include "loader/fetch.h"
#include "loader/load.h"
#include "loader/trial.h"
#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/term/atom.h"
#include "vm/term/copy.h"
#include "vm/term/map.h"
#include "vm/term/order.h"

#define refuse(...) report_error(report, image->file, (struct place){ 0 }, __VA_ARGS__)

static struct generation *generation_of(struct code *code)
{
	return container_of(code, struct generation, code);
}

bool live_is_built_in(struct live *live, struct joist_bytes plugin)
{
	struct code *found = registry_plugin(live->registry, plugin);

	return found && !generation_of(found)->path;
}

/* ---- hashes ---- */

/* Whether the file is still what was loaded, as far as its last change tells. */
static bool is_unchanged(const struct generation *generation)
{
	struct stat about;

	return !stat(generation->path, &about) &&
	       about.st_ctim.tv_sec * CLOCK_NS_PER_S + about.st_ctim.tv_nsec <=
		       generation->loaded_ns;
}

bool live_hash(struct live *live, struct generation *generation)
{
	struct report report = { 0 };
	struct digest hash;
	struct image image;

	if (!digest_is_none(&generation->hash))
		return true;
	if (!generation->path || !is_unchanged(generation))
		return false;
	if (image_read(&image, generation->path, &load_node, &report)) {
		if (digest_make(&hash, image.bytes, image.size))
			registry_set_hash(live->registry, generation, &hash);
		image_finish(&image);
	}
	report_finish(&report);
	return !digest_is_none(&generation->hash);
}

/* The generation that has those bytes; NULL: none. */
static struct generation *find_same(struct live *live, struct joist_bytes plugin,
				    const struct digest *hash)
{
	struct generation *generation = NULL;

	while ((generation = registry_next(live->registry, plugin, generation, NULL))) {
		if (!generation->is_permanent && live_hash(live, generation) &&
		    digest_equal(&generation->hash, hash))
			return generation;
	}
	return NULL;
}

bool live_has(struct live *live, struct joist_bytes plugin, const struct digest *hash)
{
	return find_same(live, plugin, hash);
}

/* ---- loading ---- */

static joist_term copy_config(const void *config, struct arena *arena)
{
	return copy_outside(arena, *(const joist_term *)config);
}

/* In the store, which is made if there is none. */
static bool keep(struct live *live, const struct image *image, const struct digest *hash,
		 char ret_path[static PATH_MAX], struct report *report)
{
	if (!live->store)
		live->store = store_open(NULL, report);
	if (!live->store || !store_keep(live->store, image, hash, ret_path, report))
		return false;
	fetch_keep_signature(live->store, image->file, hash);
	return true;
}

static struct code *load(struct live *live, struct image *image, const struct digest *hash,
			 joist_term config, struct report *report)
{
	struct code *found = registry_plugin(live->registry, joist_text(image->note.name));
	char copy[PATH_MAX];
	struct load_how how = { .copy = copy, .hash = hash, .travels = true };

	if (joist_is_none(config) && found)
		config = found->config;
	if (!joist_is_none(config)) {
		how.config = copy_config;
		how.config_from = &config;
	}
	if (!keep(live, image, hash, copy, report) || !trial_load(image, copy, report))
		return NULL;
	return load_candidate(live->registry, image, &how, report);
}

static struct code *find_or_load(struct live *live, struct image *image, joist_term config,
				 struct report *report)
{
	struct generation *same;
	struct digest hash;

	if (live_is_built_in(live, joist_text(image->note.name))) {
		refuse("has the name %s of a plugin that is part of Joist; give it another one",
		       image->note.name);
		return NULL;
	}
	if (!digest_make(&hash, image->bytes, image->size)) {
		refuse("cannot be hashed without libcrypto.so.3; install OpenSSL");
		return NULL;
	}
	same = find_same(live, joist_text(image->note.name), &hash);
	if (same && live->store && same->travels)
		fetch_keep_signature(live->store, image->file, &hash);
	return same ? &same->code : load(live, image, &hash, config, report);
}

struct code *live_candidate(struct live *live, const char *file, joist_term config,
			    struct report *report)
{
	struct code *code = NULL;
	struct image image;

	if (!image_read(&image, file, &load_node, report))
		return NULL;
	if (image_read_exports(&image, report))
		code = find_or_load(live, &image, config, report);
	image_finish(&image);
	return code;
}

/* ---- comparing ---- */

/* Whether the file of that hash is what was committed, or what that has replaced. */
static bool is_known(struct live *live, struct generation *found, const struct digest *hash)
{
	struct store_entry entry;

	if (live_hash(live, found) && digest_equal(&found->hash, hash))
		return true;
	return live->store && store_find(live->store, atom_name(found->code.plugin).data, &entry) &&
	       digest_equal(&entry.script, hash) && digest_equal(&entry.committed, &found->hash);
}

static bool has_config(const struct code *code, joist_term config)
{
	if (joist_is_none(config) || joist_is_none(code->config)) {
		joist_term other = joist_is_none(config) ? code->config : config;

		return joist_is_none(other) || map_size(other) == 0;
	}
	return term_equal(code->config, config);
}

static bool compare(struct live *live, const struct image *image, joist_term config,
		    struct live_compared *compared, struct report *report)
{
	struct digest hash;

	*compared = (struct live_compared){ .code = registry_plugin(live->registry,
								    joist_text(image->note.name)) };
	snprintf(compared->plugin, sizeof(compared->plugin), "%s", image->note.name);
	snprintf(compared->version, sizeof(compared->version), "%s", image->note.version);
	if (!digest_make(&hash, image->bytes, image->size))
		return refuse("cannot be hashed without libcrypto.so.3; install OpenSSL");
	if (!compared->code)
		compared->difference = LIVE_MISSING;
	else if (!is_known(live, generation_of((struct code *)compared->code), &hash))
		compared->difference = LIVE_OTHER;
	else if (!has_config(compared->code, config))
		compared->difference = LIVE_CONFIGURED;
	return true;
}

bool live_compare(struct live *live, const char *file, joist_term config,
		  struct live_compared *ret_compared, struct report *report)
{
	struct image image;
	bool done;

	if (!image_read(&image, file, &load_node, report))
		return false;
	done = compare(live, &image, config, ret_compared, report);
	image_finish(&image);
	return done;
}

/* ---- committing ---- */

/* The generation that was found before that one; itself if none was. */
static struct generation *before_of(struct live *live, struct generation *generation)
{
	struct joist_bytes plugin = atom_name(generation->code.plugin);
	struct generation *before = NULL;
	enum generation_state state;

	while ((before = registry_next(live->registry, plugin, before, &state))) {
		if (state == GENERATION_PREVIOUS)
			return before;
	}
	return generation;
}

/* Has its copy be named by its hash, as a boot looks for it: what a boot has loaded is not. */
static bool keep_by_hash(struct live *live, const struct generation *generation,
			 struct report *report)
{
	char copy[PATH_MAX];
	struct image image;
	bool done;

	if (!image_read(&image, generation->path, &load_node, report))
		return false;
	done = store_keep(live->store, &image, &generation->hash, copy, report);
	image_finish(&image);
	return done;
}

/* What the boot script's file was: it is what was found before the first commit. */
static bool record(struct live *live, struct generation *generation, struct report *report)
{
	struct store_entry entry = { .plugin = "" };
	const char *plugin = atom_name(generation->code.plugin).data;
	struct generation *before = before_of(live, generation);

	if (!live->store || !live_hash(live, generation))
		return true;
	if (!keep_by_hash(live, generation, report))
		return false;
	if (!store_find(live->store, plugin, &entry)) {
		snprintf(entry.plugin, sizeof(entry.plugin), "%s", plugin);
		if (live_hash(live, before))
			entry.script = before->hash;
	}
	entry.committed = generation->hash;
	return store_record(live->store, &entry, report);
}

bool live_commit(struct live *live, struct code *code, struct report *report)
{
	registry_commit(live->registry, code);
	bool done = record(live, generation_of(code), report);

	log_say(LOG_LEVEL_NOTICE, "load", "%s %s is loaded, as generation %u",
		(const char *)atom_name(code->plugin).data, code->version, code->generation);
	live_sweep(live);
	return done;
}

bool live_settle(struct live *live, const char *plugin, struct report *report)
{
	struct store_entry entry;

	if (!live->store || !store_find(live->store, plugin, &entry))
		return true;
	entry.script = entry.committed;
	return store_record(live->store, &entry, report);
}

bool live_arrive(struct live *live, const char *file, struct report *report)
{
	struct code *code = live_candidate(live, file, (joist_term){ 0 }, report);

	if (!code)
		return false;
	if (!registry_plugin(live->registry, atom_name(code->plugin)))
		return live_commit(live, code, report);
	registry_admit(live->registry, code);
	live->has_old = true;
	return true;
}

/* Whether something is left. */
static bool sweep_plugin(struct live *live, struct joist_bytes plugin)
{
	bool left = false;
	enum generation_state state;
	struct generation *next = registry_next(live->registry, plugin, NULL, &state);

	while (next) {
		struct generation *generation = next;
		bool is_old = state == GENERATION_OLD || state == GENERATION_GUEST;

		next = registry_next(live->registry, plugin, generation, &state);
		if (is_old && !registry_withdraw(live->registry, &generation->code))
			left = true;
	}
	return left;
}

void live_sweep(struct live *live)
{
	joist_atom name;

	live->has_old = false;
	for (size_t i = 0; (name = registry_name(live->registry, i)).word; i++)
		live->has_old |= sweep_plugin(live, atom_name(name));
}

bool live_travels(void *live, struct joist_bytes plugin, joist_atom node,
		  unsigned char ret_hash[static CODE_HASH_BYTES])
{
	const struct live *l = live;
	struct digest hash;

	if (!fetch_knows_peer(l->fetch, node) || !registry_travels(l->registry, plugin, &hash))
		return false;
	memcpy(ret_hash, hash.bytes, CODE_HASH_BYTES);
	return true;
}
