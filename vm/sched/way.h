/* The way of an export's actors from one generation to another. */
#ifndef JOIST_VM_SCHED_WAY_H
#define JOIST_VM_SCHED_WAY_H

#include "vm/actor/layout.h"

/* How actors of one export go over. */
enum way_how {
	WAY_STAYS, /* a loop, or a function: it does not */
	WAY_KEEPS, /* with its state as it is */
	WAY_CONVERTS_STATE,
	WAY_CANNOT,
};
struct way {
	struct export *to;
	enum way_how how;
	const char *why; /* it cannot */
	struct layout_path path; /* of a state that is carried by its fields */
};

/* Those of the actors of each export of `from`, by the exports' places. */
void way_find(const struct code *from, const struct code *to, struct way *ret_ways);

#endif
