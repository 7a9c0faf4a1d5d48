/* What a supervisor is told: its flags, and the specifications of its children, as one map. */
#ifndef JOIST_STDLIB_SPECIFICATION_H
#define JOIST_STDLIB_SPECIFICATION_H

#include "supervision.h"

/* Reads `map` into a supervisor that is zero: its children are stopped. False, with the reason in
 * `*ret_error`, if it is wrong. */
bool specification_read(struct joist_actor *self, struct supervisor *supervisor, joist_term map,
			joist_term *ret_error);

/* The map that the supervisor would be started with to be what it is now. */
joist_term specification_get(struct joist_actor *self, const struct supervisor *supervisor);

/* Has the supervisor be what `map` says from now on: ok or {error, Reason}, with all as it was. Nobody is
 * started, stopped or ended by it: children that are new stand stopped, those that are gone have to be
 * stopped before, as have those whose nodes change; the rest goes on. */
joist_term specification_set(struct joist_actor *self, struct supervisor *supervisor,
			     joist_term map);

#endif
