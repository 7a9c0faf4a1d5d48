/* How a running node becomes what another boot script says. */
#ifndef JOIST_LOADER_CODE_APPLY_H
#define JOIST_LOADER_CODE_APPLY_H

#include <joist/joist.h>

#include "loader/live.h"

/* Has an actor of its own do it and answer `from`, whatever becomes of that: `request` is {plan, File} or
 * {apply, File, DeadlineMs}, the deadline that of each upgrade. {ok, Steps}, as plan_term has them, or
 * {error, [Line]}. None; an answer if there is such an actor already. By code_server. */
joist_term code_apply(struct joist_actor *self, joist_term from, joist_term request);

/* A loop: that actor. Its data is the node's struct live. */
void code_applier(struct joist_actor *self, joist_term args);

/* What they ask code_server in turn. {compare, File, Config}: same, configured, {load, Version},
 * {upgrade, Old, New} or {error, [Line]}. {settle, Plugin}: ok or {error, [Line]}. By code_server. */
joist_term code_compare(struct joist_actor *self, struct live *live, joist_term file,
			joist_term config);
joist_term code_settle(struct joist_actor *self, struct live *live, joist_atom plugin);

/* {error, [Line]} of a report, which is emptied. */
joist_term code_error(struct joist_actor *self, struct report *report);

#endif
