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

/* Writes a line to the node's log, with the actor's pid, plugin and export. The whole line
 * is cut at 4096 bytes.
 * [actor] borrows format and arguments */
JOIST_PUBLIC void joist_log(struct joist_actor *self, enum joist_log_level level,
			    const char *format, ...) JOIST_PRINTF(3, 4);

/* Writes a line to the node's standard output; or, if the actor has a group leader, as one that was
 * started from another node has, asks that one to write it, and does not wait for the answer. The newline
 * is added. Lines of one actor keep their order, and no two lines mix. With its newline a line is cut at
 * 4096 bytes.
 * [actor, yields while much is to be written to the group leader's node] borrows format and arguments */
JOIST_PUBLIC void joist_print(struct joist_actor *self, const char *format, ...) JOIST_PRINTF(2, 3);

/* From now on the crash reports of actors that the caller starts wait until it has said, by
 * joist_report_crash, what becomes of them; or ends.
 * [actor] */
JOIST_PUBLIC void joist_hold_crashes(struct joist_actor *self);

/* Has the crash report of `pid` written, if it waits, with `restart` for what becomes of the actor:
 * `started`, `gave_up`, or when it starts again; NULL: nothing. If `pid` is nobody, that of an actor that
 * ended while joist_start waited for it.
 * [actor] borrows restart */
JOIST_PUBLIC void joist_report_crash(struct joist_actor *self, joist_pid pid, const char *restart);

/* Has the log of the whole process go to a duplicate of `fd` from now on, as lines of JSON if `json`;
 * -1: to standard error again, in the form that the boot script says. 0, or -errno.
 * [any] */
JOIST_PUBLIC int joist_log_to(int fd, bool json);

JOIST_END

#endif
