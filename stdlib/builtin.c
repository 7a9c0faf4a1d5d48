/* The list of the plugins that the standard library brings along. */
#include "builtin.h"

const struct joist_plugin *const joist_std_plugins[] = {
	&supervisor_plugin, &task_plugin,	&erlang_plugin,	     &erpc_plugin,
	&global_plugin,	    &net_kernel_plugin, &observer_plugin,    &pg_plugin,
	&rex_plugin,	    &user_plugin,	&connect_all_plugin, NULL,
};
