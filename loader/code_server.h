/* The plugins `code` and `code_server`: how actors, other nodes and the program's verbs have a node
 * load and unload plugins. */
#ifndef JOIST_LOADER_CODE_SERVER_H
#define JOIST_LOADER_CODE_SERVER_H

#include <joist/plugin.h>

/* Functions, of which some have Erlang's names; they ask the server. */
extern const struct joist_plugin code_plugin;

/* The server, registered as code_server. Its data is the node's struct live. */
extern const struct joist_plugin code_server_plugin;

#endif
