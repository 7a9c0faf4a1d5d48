/* Reads a boot script: its text, the tree of it, the environment in its strings; then its keys, its
 * plugins and what they mean together, all of which are told of in one run. */
#include "loader/boot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/env.h"
#include "loader/schema.h"
#include "loader/script_bindings.h"
#include "loader/script_check.h"
#include "loader/script_fetch.h"
#include "loader/script_plugins.h"
#include "loader/script_tree.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"

static bool set_directory(struct script *script, struct report *report)
{
	const char *slash = strrchr(script->file, '/');
	size_t size = slash ? (size_t)(slash - script->file) : 1;
	char *directory = (char *)arena_take(&script->arena, size / 8 + 2);

	if (!directory)
		return report_short(report, script->file);
	memcpy(directory, slash ? script->file : ".", size);
	directory[size] = 0;
	if (slash == script->file)
		strcpy(directory, "/.");
	script->directory = directory;
	return true;
}

static bool is_true(const struct value *value)
{
	return value && value->kind == VALUE_BOOL && value->truth;
}

/* What the node's part says, with defaults. */
static void set_node(struct script *script)
{
	const struct value *node = value_get(script->root, "node");
	const struct value *connect_all = value_get(node, "connect_all");
	const char *cookie_file = script_text(node, "cookie_file"),
		   *epmd = script_text(node, "epmd");

	script->name = script_text(node, "name");
	script->cookie_file = cookie_file ? script_path(script, cookie_file) : NULL;
	script->listen = script_text(node, "listen");
	script->hidden = is_true(value_get(node, "hidden"));
	script->no_epmd = epmd && !strcmp(epmd, "none");
	script->net_ticktime_s = (unsigned)script_whole(node, "net_ticktime_s", 0);
	script->connect = value_get(node, "connect");
	script->no_connect_all = connect_all && !is_true(connect_all);
}

static void set_limits(struct script *script)
{
	const struct value *limits = value_get(script->root, "limits");
	const struct value *mailbox = value_get(limits, "mailbox");

	script->schedulers = (unsigned)script_whole(script->root, "schedulers", 0);
	script->slice_us = (unsigned)script_whole(limits, "slice_us", 0);
	script->atoms = (size_t)script_whole(limits, "atoms", ATOM_LIMIT_DEFAULT);
	script->threads = (uint32_t)script_whole(limits, "threads", 0);
	script->limits = (struct vm_limits){
		.actor_memory_bytes = (uint64_t)script_whole(limits, "actor_memory_bytes", 0),
		.descriptors = (uint32_t)script_whole(limits, "descriptors", 0),
		.mailbox = {
			.messages = (uint64_t)script_whole(mailbox, "messages", 0),
			.bytes = (uint64_t)script_whole(mailbox, "bytes", 0),
			.policy = script_text(mailbox, "policy"),
		},
	};
}

static void set_log(struct script *script)
{
	const struct value *log = value_get(script->root, "log");
	const char *level = script_text(log, "level"), *format = script_text(log, "format");
	const char *file = script_text(log, "file");

	script->log_level = LOG_LEVEL_INFO;
	if (level)
		log_level_find(level, &script->log_level);
	script->log_json = format && !strcmp(format, "json");
	script->log_file = file && strcmp(file, "-") ? script_path(script, file) : NULL;
}

static bool set_all(struct script *script, struct report *report)
{
	const char *store;

	set_node(script);
	set_limits(script);
	set_log(script);
	store = script_text(script->root, "store");
	script->store = store ? script_path(script, store) : NULL;
	script->tree = script_tree(value_get(script->root, "supervisor"), &script->arena);
	return script->tree.word || report_short(report, script->file);
}

bool boot_read_text(struct script *script, const char *file, struct joist_bytes text,
		    const struct script_places *places, const struct image_node *node,
		    struct registry *built_in, struct report *report)
{
	size_t errors = report->errors;

	*script = (struct script){ .file = file, .built_in = built_in };
	if (!set_directory(script, report))
		return false;
	script->root = value_read(file, text.data, text.size, &script->arena, report);
	if (!script->root || !env_expand(script->root, file, &script->arena, report))
		return false;
	schema_check(&schema_boot, script->root, file, report);
	if (!script_plugins_read(script, places, node, report) ||
	    !script_bindings_read(script, report) || !script_fetch_read(script, report))
		return false;
	script_check_tree(script, report);
	script_check_node(script, report);
	return report->errors == errors && set_all(script, report);
}

static bool read_text(const char *file, char *text, size_t room, size_t *ret_size,
		      struct report *report)
{
	FILE *in = fopen(file, "re");
	bool failed = !in;

	if (in) {
		errno = 0;
		*ret_size = fread(text, 1, room, in);
		failed = ferror(in);
		fclose(in);
	}
	if (failed)
		return report_error(report, file, (struct place){ 0 },
				    "cannot be read (%s); check its path and mode",
				    strerror(errno));
	return true;
}

bool boot_read(struct script *script, const char *file, const struct script_places *places,
	       const struct image_node *node, struct registry *built_in, struct report *report)
{
	size_t room = VALUE_BYTES_MAX + 1, size = 0;
	char *text = malloc(room);
	bool fine = false;

	*script = (struct script){ .file = file };
	if (!text)
		report_short(report, file);
	else if (read_text(file, text, room, &size, report))
		fine = boot_read_text(script, file, (struct joist_bytes){ text, size }, places,
				      node, built_in, report);
	free(text);
	return fine;
}

void boot_finish(struct script *script)
{
	script_bindings_finish(script);
	script_plugins_finish(script);
	bins_drop(&script->arena);
	arena_empty(&script->arena);
	*script = (struct script){ 0 };
}
