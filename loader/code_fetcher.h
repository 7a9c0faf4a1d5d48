/* The actor that fetches one file from another node: the export "code_server:fetch", whose data is the
 * node's struct live. */
#ifndef JOIST_LOADER_CODE_FETCHER_H
#define JOIST_LOADER_CODE_FETCHER_H

#include <joist/actor.h>

/* args: {Server, Node, Plugin, Hash}. Tells the server {fetched, Hash, Path}: the file is in the store; or
 * {fetched, Hash, {error, Sentence}}. */
void code_fetcher(struct joist_actor *self, joist_term args);

#endif
