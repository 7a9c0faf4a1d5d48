/* The plugin `init`: the first actor of a node that runs a boot script. It starts the root supervisor and
 * ends with what that ends with; the message `stop` has it end that in order. */
#ifndef JOIST_LOADER_INIT_H
#define JOIST_LOADER_INIT_H

#include <joist/plugin.h>

/* What init tells, on a thread of the VM. Given to registry as the plugin's data. */
struct init_host {
	void (*ready)(const struct init_host *host); /* all has started */
	void (*ended)(const struct init_host *host); /* it is ending, for whatever reason */
};

/* Started as "init:init" with the map that supervisor:supervisor takes. */
extern const struct joist_plugin init_plugin;

#endif
