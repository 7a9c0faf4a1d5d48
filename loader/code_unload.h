/* How a running node lets go of a plugin. By the actor code_server alone. */
#ifndef JOIST_LOADER_CODE_UNLOAD_H
#define JOIST_LOADER_CODE_UNLOAD_H

#include <joist/joist.h>

#include "loader/live.h"

/* Unloads all generations: {ok, Ended}. If actors pin one nothing happens, {pinned, Users}, unless
 * it `purges`: then these are ended first, by their supervisors where they have one. Users are maps
 * of a pid, name and function. Or {error, [Line]}. */
joist_term code_unload(struct joist_actor *self, struct live *live, joist_atom plugin, bool purges);

/* As code:soft_purge and code:purge have it: unloads what is not found by name any more, and `ends`
 * those that pin it first. Whether nothing of that is left; and if it `ends`, whether it had to end
 * any. */
joist_term code_purge(struct joist_actor *self, struct live *live, joist_atom plugin, bool ends);

#endif
