/* Whether what a plugin exports makes sense: asked of its file before it is loaded, and of its memory
 * when a program brings a plugin with it. */
#ifndef JOIST_LOADER_EXPORTS_H
#define JOIST_LOADER_EXPORTS_H

#include <joist/plugin.h>

#include "loader/report.h"

#define EXPORTS_MAX 4096

/* The sizes that the structs had in the first version of the ABI: no plugin has smaller ones. */
#define PLUGIN_BYTES_MIN offsetof(struct joist_plugin, reserved)
#define EXPORT_BYTES_MIN offsetof(struct joist_export, reserved)
#define HANDLER_BYTES_MIN offsetof(struct joist_handler, stop)

/* The plugin's struct, of the size that its `size` says, with zeros where an older one ends. False,
 * with an error added, if it is too small, or has too many exports. */
bool exports_plugin(const char *file, const struct joist_plugin *from,
		    struct joist_plugin *ret_plugin, struct report *report);

/* How many of them can be started or called: the rest tells of states. */
size_t exports_count(const struct joist_export *exports, size_t count);

/* Judges `count` exports. Of code and handlers only whether they are there is looked at. */
bool exports_judge(const char *file, const struct joist_export *exports, size_t count,
		   struct report *report);

#endif
