/* Starting and stopping one child. */
#ifndef JOIST_STDLIB_CHILDRUN_H
#define JOIST_STDLIB_CHILDRUN_H

#include "childspec.h"

enum childrun_result {
	CHILDRUN_STARTED,
	CHILDRUN_IGNORED, /* it did not want to run: it ended with reason normal */
	CHILDRUN_FAILED,
	CHILDRUN_AWAY, /* there is no node to start it on */
};

/* Starts a child on that node and waits until its first turn is over. Writes `*ret_pid` if it started,
 * `*ret_reason` if it failed. */
enum childrun_result childrun_start(struct joist_actor *self, const struct childspec *spec,
				    joist_atom node, joist_term args, joist_pid *ret_pid,
				    joist_term *ret_reason);

/* Asks a child to end, waits for that as long as it may take, kills it then. */
void childrun_stop(struct joist_actor *self, const struct childspec *spec, joist_pid pid);

/* The first half of childrun_stop: from here on only its DOWN message tells of the child. */
joist_ref childrun_ask(struct joist_actor *self, const struct childspec *spec, joist_pid pid);

void childrun_kill(struct joist_actor *self, joist_pid pid);

#endif
