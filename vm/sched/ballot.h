/* What a node keeps of the upgrade that is under way: how many actors are ready for it, and who has failed.
 * Actors add to it (change.h), and who conducts the upgrade waits for it (upgrade.h). */
#ifndef JOIST_VM_SCHED_BALLOT_H
#define JOIST_VM_SCHED_BALLOT_H

#include <semaphore.h>
#include <stdatomic.h>

#include "vm/actor/code.h"
#include "vm/actor/fault.h"
#include "vm/base/spin.h"

#define BALLOT_REASON_MAX 512

/* Why it was not done. */
struct ballot_failure {
	uint32_t number; /* of the upgrade */
	joist_pid pid; /* of the actor that failed; nobody: none did */
	bool is_late; /* it was in the middle of a turn at the deadline */
	const struct export *export; /* that it is of; NULL: none */
	char reason[BALLOT_REASON_MAX]; /* a term if it is an actor's, else a sentence */
	struct fault fault; /* of its conversion; of kind FAULT_NONE: there was none */
};

struct ballot {
	atomic_flag busy; /* one upgrade at a time; acquire and release, each with the other */
	sem_t changed; /* something below may be worth a look */
	/* Relaxed, all, but where change.c says more: who runs the upgrade looks until they are right. */
	atomic_int_least64_t ready; /* actors that hold, or are to put back what they had */
	atomic_int_least64_t inside; /* actors that look at what is to be done */
	atomic_int_least64_t asked; /* actors that were made to run for it, and have not yet come */
	atomic_int_least64_t tickets; /* for the few that go first: what is left of them */
	atomic_int_least64_t converting; /* actors whose conversion runs */
	atomic_bool overdue; /* those are to be cut short: the monitor sees to that */
	atomic_bool failed;
	struct spin lock; /* of what follows */
	uint32_t number; /* of upgrades; who conducts them may look without the lock */
	struct ballot_failure failure; /* the first */
};

static inline void ballot_add(atomic_int_least64_t *count, int64_t change)
{
	/* relaxed: as above */
	atomic_fetch_add_explicit(count, change, memory_order_relaxed);
}

static inline int64_t ballot_count(const atomic_int_least64_t *count)
{
	/* relaxed: as above */
	return atomic_load_explicit(count, memory_order_relaxed);
}

void ballot_init(struct ballot *ballot);
void ballot_finish(struct ballot *ballot);

/* Another upgrade begins; so many actors go first, if that is not all of them. */
void ballot_begin(struct ballot *ballot, uint64_t few);

/* An actor has failed, or all have: what comes too late for its upgrade is nothing. Any thread. */
void ballot_fail(struct ballot *ballot, const struct ballot_failure *failure);

#endif
