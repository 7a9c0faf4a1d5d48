/* The plugin `init`, which every node has: it brings to the threads outside what they wait for.
 *
 *   init:init {Host, Tree}          starts the root supervisor and ends with it; the message `stop`
 *                                   has it end that in order, and to the call `root` it answers that
 *                                   one's pid
 *   init:watch {Host, Name, Args}   starts the export Name, a binary, and waits for its end
 *
 * Host is the address of a struct init_host, as an integer. */
#ifndef JOIST_LOADER_INIT_H
#define JOIST_LOADER_INIT_H

#include <joist/plugin.h>

/* What they tell, on a thread of the VM. */
struct init_host {
	void (*ready)(struct init_host *host); /* init:init: the tree has started */
	/* Once, and the last of it: why the tree or the actor has ended, as Erlang text. */
	void (*ended)(struct init_host *host, const char *reason);
};

extern const struct joist_plugin init_plugin;

#endif
