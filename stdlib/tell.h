/* What a supervisor tells of its children, in the log and in crash reports. */
#ifndef JOIST_STDLIB_TELL_H
#define JOIST_STDLIB_TELL_H

#include "supervision.h"

/* A child's id for people: one from the boot script without <<"">>. Lives until the turn ends. */
const char *tell_id(struct joist_actor *self, const struct childspec *spec);

/* "child ID PID WHAT: REASON" */
void tell_log(struct joist_actor *self, enum joist_log_level level, const struct childspec *spec,
	      joist_pid pid, const char *what, joist_term reason);

/* Whether to log one more end or restart of a child: a busy supervisor shall not be held up by its log. */
bool tell_may(struct joist_actor *self, struct supervisor *supervisor);

/* Says in the crash report of the child that has just ended, or did not start, what becomes of it. */
void tell_crash(struct joist_actor *self, const struct child *child, const char *restart);

#endif
