/* Children whose node is lost: they are away till one of their nodes is there. Strategy.c decides. */
#ifndef JOIST_STDLIB_AWAY_H
#define JOIST_STDLIB_AWAY_H

#include "supervision.h"

/* Has the supervisor hear of nodes; once is enough. */
void away_listen(struct joist_actor *self, struct supervisor *supervisor);

/* Whether the running child has ended because the connection with its node has. */
bool away_is_lost(const struct childspec *spec, const struct child *child, joist_term reason);

/* Whether one that was lost may be started again at once, and not in a while. */
bool away_may_hurry(struct joist_actor *self, const struct child *child);

/* A stopped child is away from now on; in a while the supervisor looks whether its node is there. */
void away_put(struct joist_actor *self, struct supervisor *supervisor, struct child *child);

/* Has the supervisor look now. */
void away_look_now(struct joist_actor *self);

/* Whether one that is away has waited for as long as it may. */
bool away_is_overdue(struct joist_actor *self, const struct childspec *spec,
		     const struct child *child);

/* One that was lost may be started elsewhere: where it was, it is to end. */
void away_add_stray(struct joist_actor *self, struct supervisor *supervisor,
		    const struct child *child);

/* A node is there. */
void away_nodeup(struct joist_actor *self, struct supervisor *supervisor, joist_atom node);

#endif
