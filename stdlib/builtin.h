/* Plugins that are part of the standard library: the loader takes them from joist_std_plugins instead of
 * files. */
#ifndef JOIST_STDLIB_BUILTIN_H
#define JOIST_STDLIB_BUILTIN_H

#include <joist/plugin.h>

#define JOIST_BUILTIN(name_, exports_)                                                             \
	{                                                                                          \
		.size = sizeof(struct joist_plugin), .export_size = sizeof(struct joist_export),   \
		.name = name_, .version = "1", .exports = exports_,                                \
		.export_count = sizeof(exports_) / sizeof(*exports_),                              \
	}

extern const struct joist_plugin connect_all_plugin;
extern const struct joist_plugin erlang_plugin;
extern const struct joist_plugin erpc_plugin;
extern const struct joist_plugin global_plugin;
extern const struct joist_plugin net_kernel_plugin;
extern const struct joist_plugin observer_plugin;
extern const struct joist_plugin pg_plugin;
extern const struct joist_plugin rex_plugin;
extern const struct joist_plugin supervisor_plugin;
extern const struct joist_plugin task_plugin;
extern const struct joist_plugin user_plugin;

/* Ends with NULL. */
JOIST_PUBLIC extern const struct joist_plugin *const joist_std_plugins[];

#endif
