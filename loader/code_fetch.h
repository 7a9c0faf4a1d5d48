/* The part of code_server that has files of plugins fetched from other nodes: each by an actor of its own,
 * one for a hash, however many ask for it. */
#ifndef JOIST_LOADER_CODE_FETCH_H
#define JOIST_LOADER_CODE_FETCH_H

#include <joist/actor.h>

#include "loader/live.h"

struct code_fetch;

/* Takes the request {fetch, Plugin, Hash}, of binaries: the node of `from` is to start an actor of the
 * file of that hash here. Answers at once, `ok` or {error, Sentence}, or when the file is there or is
 * refused. `*fetches` is those that are under way. False if the request is something else. */
bool code_fetch_take(struct joist_actor *self, struct live *live, struct code_fetch **fetches,
		     joist_term from, joist_term request);

/* Takes what an actor that fetches sends, or its end; false if it is something else. */
bool code_fetch_go_on(struct joist_actor *self, struct live *live, struct code_fetch **fetches,
		      joist_term message);

#endif
