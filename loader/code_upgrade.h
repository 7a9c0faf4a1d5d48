/* How a running node has the actors of a plugin go over to another generation. By the actor code_server
 * alone, but for the watch. */
#ifndef JOIST_LOADER_CODE_UPGRADE_H
#define JOIST_LOADER_CODE_UPGRADE_H

#include <joist/joist.h>

#include "loader/live.h"

/* `file` is a binary, `config` a map or none: the plugin's, `options` {Mode, DeadlineMs, Few, Percent,
 * WatchMs, Crashes}, where Mode is commit, plan or dry: {ok, Text} or {error, Text}. What is committed is
 * watched for WatchMs: if more than Crashes actors of the new generation end in error meanwhile, it is
 * taken back. */
joist_term code_upgrade(struct joist_actor *self, struct live *live, joist_term file,
			joist_term config, joist_term options);

/* The same, back to the generation before. */
joist_term code_rollback(struct joist_actor *self, struct live *live, joist_atom plugin,
			 int64_t deadline_ms);

/* A loop that watches; args are {Plugin, Generation, WatchMs, Crashes}. It asks code_server {crashes,
 * Plugin, Generation} and, in the end perhaps, {rollback, Plugin, DeadlineMs}. */
void code_watch(struct joist_actor *self, joist_term args);

#endif
