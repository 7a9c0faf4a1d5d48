/* Upgrades: all actors of a plugin go over to another generation, or none does.
 *
 * One at a time in each node. Called on a thread that may block, or by an actor that waits in a way of its
 * own; what actors do for it is in change.h. */
#ifndef JOIST_VM_SCHED_UPGRADE_H
#define JOIST_VM_SCHED_UPGRADE_H

#include "vm/sched/ballot.h"

struct joist_vm;

#define UPGRADE_FROM_MAX 16

struct upgrade_order {
	struct code *from
		[UPGRADE_FROM_MAX]; /* the generations whose actors go over; pinned by the caller */
	size_t from_count;
	struct code *to;
	int64_t deadline_ms;
	uint64_t few; /* so many actors only, which there must be; 0: all */
	bool dry; /* convert all, then put all back */
	/* Has the new generation found by its name; may be NULL. False: it could not. */
	bool (*commit)(void *owner, struct code *to);
	void *owner;
	/* Waits a little, in place of the calling thread; may be NULL. */
	void (*wait)(void *waiter);
	void *waiter;
};

struct upgrade_report {
	bool done;
	uint64_t actors; /* that went over; or would have */
	int64_t took_ns; /* the longest that an actor may have held */
	struct ballot_failure failure;
};

/* Does it: 0; -EBUSY while another one is under way; -ENOMEM. */
int upgrade_run(struct joist_vm *vm, const struct upgrade_order *order,
		struct upgrade_report *ret_report);

#endif
