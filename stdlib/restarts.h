/* How often a supervisor has restarted children of late: at most `max` times within a period. */
#ifndef JOIST_STDLIB_RESTARTS_H
#define JOIST_STDLIB_RESTARTS_H

#include <joist/joist.h>

struct restarts {
	int64_t *at_ns; /* a ring of the last `max`, made with the first restart */
	uint32_t max;
	uint32_t oldest, count;
	int64_t period_ns;
};

/* Counts a restart at `now_ns`; false if it is one too many. */
bool restarts_admit(struct joist_actor *self, struct restarts *restarts, int64_t now_ns);

#endif
