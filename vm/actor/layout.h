/* Layouts of states: from that of one version to that of another by the names of their fields. */
#ifndef JOIST_VM_ACTOR_LAYOUT_H
#define JOIST_VM_ACTOR_LAYOUT_H

#include "vm/actor/code.h"

#define LAYOUT_STEPS_MAX 32

/* The way from one layout to another, over those of the versions between. */
struct layout_path {
	const struct joist_state *steps[LAYOUT_STEPS_MAX]; /* the first is what the state has now */
	size_t count; /* 0: there is no way */
};

/* How a state of `from` becomes one of `to`. `*ret_why`: what is in the way, if both have layouts. */
struct layout_path layout_path(const struct export *from, const struct export *to,
			       const char **ret_why);

/* Fills the zeroed `state` from `old` along the path: NULL; else the name of the field whose value does not
 * fit the new one, or "" when memory is short. */
const char *layout_carry(const struct layout_path *path, const void *old, void *state);

#endif
