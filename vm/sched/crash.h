/* Crash reports: the log's line for an actor that ended in error by its own doing. One whose parent has
 * promised to say what becomes of it waits for that word; one that has frames goes to the node's port for
 * them. How often an export may be reported is limited. */
#ifndef JOIST_VM_SCHED_CRASH_H
#define JOIST_VM_SCHED_CRASH_H

#include "vm/sched/crashline.h"
#include "vm/sched/sched.h"

struct joist_actor;

/* So many reports of an export are written each second; the others are counted. */
#define CRASH_REPORTS_PER_S 10

/* Logs the end of `a`, which has a reason; or has it wait for its parent's word. */
void crash_report(struct joist_vm *vm, struct joist_actor *a);

/* Logs `crash`, of which all is known but what `a` tells of itself. `a` need not have ended. */
void crash_tell_of(struct joist_vm *vm, const struct joist_actor *a, struct crash *crash);

/* Which of those whose parent has the pid id `parent`. */
enum crash_which {
	CRASH_OF, /* the one of `pid` */
	CRASH_UNSTARTED, /* the oldest one that ended in its first turn */
	CRASH_ALL,
};

/* Writes reports that wait, with what becomes of the actor; NULL: without. Any thread. */
void crash_tell(struct joist_vm *vm, uint64_t parent, enum crash_which which, uint64_t pid,
		const char *restart);

#endif
