/* What a node keeps of the upgrade that is under way: how many actors are ready for it, and who has failed.
 * Actors add to it (change.h), and who conducts the upgrade waits for it (upgrade.h). */
#ifndef JOIST_VM_SCHED_BALLOT_H
#define JOIST_VM_SCHED_BALLOT_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "vm/actor/code.h"
#include "vm/actor/fault.h"
#include "vm/base/spin.h"

#define BALLOT_REASON_MAX 512

/* Why it was not done. */
struct ballot_failure {
	joist_pid pid; /* of the actor that failed; nobody: none did */
	bool is_late; /* it was in the middle of a turn at the deadline */
	const struct export *export; /* that it is of; NULL: none */
	const struct export *to; /* that it was to become */
	char reason[BALLOT_REASON_MAX]; /* a term if it is an actor's, else a sentence */
	struct fault fault; /* of its conversion; of kind FAULT_NONE: there was none */
};

struct ballot {
	pthread_mutex_t one; /* upgrade at a time */
	sem_t changed; /* something below may be worth a look */
	/* Relaxed, all, but where change.c says more: who runs the upgrade looks until they are right. */
	atomic_int_least64_t ready; /* actors that hold, or are to put back what they had */
	atomic_int_least64_t asked; /* actors that were made to run for it, and have not yet come */
	atomic_int_least64_t tickets; /* for the few that go first: what is left of them */
	atomic_int_least64_t converting; /* actors whose conversion runs */
	atomic_bool overdue; /* those are to be cut short: the monitor sees to that */
	atomic_bool failed;
	uint32_t number; /* of upgrades */
	struct spin lock; /* of what follows */
	struct ballot_failure failure; /* the first */
};

void ballot_init(struct ballot *ballot);
void ballot_finish(struct ballot *ballot);

/* An actor has failed, or all have. Any thread. */
void ballot_fail(struct ballot *ballot, const struct ballot_failure *failure);

#endif
