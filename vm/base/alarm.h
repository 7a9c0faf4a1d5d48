/* Alarms: that a limit is near or reached, or that something is lacking. Each has a name and a description,
 * is a line of the log, and is told to the nodes that listen; of one name
 * at most ten a second, or one if it is about the whole node. */
#ifndef JOIST_VM_BASE_ALARM_H
#define JOIST_VM_BASE_ALARM_H

#include <stdbool.h>

enum alarm {
	ALARM_MAILBOX_FULL,
	ALARM_MEMORY_HIGH, /* of an actor: 90 % */
	ALARM_DESCRIPTORS_HIGH, /* likewise */
	ALARM_ATOMS_HIGH, /* likewise, of the process */
	ALARM_STACKS_HIGH, /* likewise */
	ALARM_STACKS_FULL,
	ALARM_THREADS_HIGH, /* 90 % of a node's */
	ALARM_THREADS_FULL,
	ALARM_THREAD_ABANDONED,
	ALARM_NO_HAND_OVER, /* the kernel lacks what that needs */
	ALARM_CRASH_LOOP, /* a supervisor has given up */
	ALARM_COUNT,
};

/* Who is told of alarms, by whichever thread raises one or finds it `over`. */
struct alarm_ear {
	void (*hear)(struct alarm_ear *ear, enum alarm kind, bool over, const char *description);
	struct alarm_ear *next;
};

/* "mailbox_full" */
const char *alarm_name(enum alarm kind);

/* From now on `ear` hears alarms of the process; or no more. */
void alarm_listen(struct alarm_ear *ear);
void alarm_ignore(struct alarm_ear *ear);

/* Raises one of the node that `ear` is of; NULL: of the process. The description is made as by printf. */
__attribute__((format(printf, 3, 4))) void alarm_raise(struct alarm_ear *ear, enum alarm kind,
						       const char *format, ...);

/* Tells that what one was raised for is over. */
__attribute__((format(printf, 3, 4))) void alarm_clear(struct alarm_ear *ear, enum alarm kind,
						       const char *format, ...);

#endif
