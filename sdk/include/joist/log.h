/* What an actor says: lines of the node's log and of its standard output. */
#ifndef JOIST_LOG_H
#define JOIST_LOG_H

#include <joist/actor.h>

JOIST_BEGIN

enum joist_log_level {
	JOIST_DEBUG,
	JOIST_INFO,
	JOIST_NOTICE,
	JOIST_WARNING,
	JOIST_ERROR,
};

/* Writes a line to the node's log, with the actor's pid, plugin and export. Cut at 4096 bytes.
 * [actor] borrows format and arguments */
JOIST_PUBLIC void joist_log(struct joist_actor *self, enum joist_log_level level,
			    const char *format, ...) JOIST_PRINTF(3, 4);

/* Writes a line to the node's standard output; the newline is added. Lines of one actor keep their
 * order, and no two lines mix. Cut at 4096 bytes.
 * [actor] borrows format and arguments */
JOIST_PUBLIC void joist_print(struct joist_actor *self, const char *format, ...) JOIST_PRINTF(2, 3);

JOIST_END

#endif
