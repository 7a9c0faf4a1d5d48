/* On which node a child runs. */
#ifndef JOIST_STDLIB_PLACE_H
#define JOIST_STDLIB_PLACE_H

#include "children.h"
#include "childrun.h"

/* Whether one of the nodes that the child may run on is connected. Has the others connected to; does not
 * wait for that. */
bool place_is_there(struct joist_actor *self, const struct childspec *spec);

/* Starts a stopped child on the first of its nodes that is there; on its supervisor's, if it has none.
 * `patient` is whether to wait for connections. As childrun_start; CHILDRUN_AWAY, and noconnection, if
 * there is no node to start it on. */
enum childrun_result place_start(struct joist_actor *self, const struct childspec *spec,
				 joist_term args, struct child *child, bool patient,
				 joist_term *ret_reason);

#endif
