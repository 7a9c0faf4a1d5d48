/* A boot script that has been read: what its parts say, with its defaults filled in. */
#ifndef JOIST_LOADER_SCRIPT_H
#define JOIST_LOADER_SCRIPT_H

#include "loader/image.h"
#include "loader/registry.h"
#include "loader/value.h"
#include "vm/base/log.h"
#include "vm/vm.h"

struct fetch_rules;

/* A plugin that the script names. */
struct script_plugin {
	const char *name;
	const struct value *at; /* its object in the script */
	const struct value *config; /* NULL: none */
	bool judged; /* it may be loaded: `image` holds it */
	struct image image;
};

/* A library that the script binds. */
struct script_binding {
	const char *name;
	const struct value *at; /* its object in the script */
	struct binding *binding; /* NULL: it could not be made, or is loaded */
};

struct script {
	const char *file; /* its path, as given */
	const char *directory; /* that its paths are relative to */
	struct arena arena; /* owns what is read */
	struct value *root;
	struct registry *built_in; /* plugins that need no file */

	struct script_plugin *plugins;
	size_t plugin_count;
	struct script_binding *bindings;
	size_t binding_count;
	joist_term tree; /* what the root supervisor is started with */

	const char *name, *cookie_file; /* NULL: none */
	const char *listen; /* NULL: where the VM says */
	bool hidden, no_epmd, no_connect_all;
	unsigned net_ticktime_s; /* 0: the VM's default */
	const struct value *connect; /* names of nodes; NULL: none */
	unsigned schedulers, slice_us; /* 0: the VM's default */
	uint32_t threads; /* 0: the VM's default */
	size_t atoms;
	struct vm_limits limits;
	enum log_level log_level;
	bool log_json;
	const char *log_file; /* NULL: standard error */
	const char *store; /* NULL: where the node's name says */
	const struct fetch_rules *fetch; /* NULL: no code goes or comes */
};

/* Where plugins without a path are looked for, after the script's "plugin_path". */
struct script_places {
	const char *const *directories; /* ended by NULL; before the script's; relative to here */
	const char *shipped; /* NULL: none */
};

/* `path` as seen from the script, in its arena; NULL when memory is short. */
const char *script_path(struct script *script, const char *path);

/* The text of the member `key` of `object`; NULL if it is not there or no text. Borrowed. */
const char *script_text(const struct value *object, const char *key);

/* Its integer; `otherwise` if it is not there or none. */
int64_t script_whole(const struct value *object, const char *key, int64_t otherwise);

/* The plugin that the script loads under that name; NULL if there is none. */
struct script_plugin *script_plugin(const struct script *script, struct joist_bytes name);

#endif
