/* Dozing: how an actor waits while its worker goes on with one that it has made run.
 *
 * To say in the inbox that an actor waits, and to take that back, is a locked instruction each. Who hands
 * over to another actor of its worker, and will most likely have its answer from there, waits without that:
 * it is noted here, its inbox says that it runs, and who sends from the same worker takes it from here.
 * Others push to the inbox as to one that runs. When its slice is over, the worker looks for whom something
 * has come (doze_look), and before it looks for work with nobody in its hand, all that doze say in their
 * inboxes that they wait (doze_end); whom something came for meanwhile runs.
 *
 * Only the thread that holds the worker enters, or the monitor with a claim on it. */
#ifndef JOIST_VM_SCHED_DOZE_H
#define JOIST_VM_SCHED_DOZE_H

#include "vm/sched/mailbox.h"

#define DOZE_PLACES 512

struct doze {
	bool any; /* somebody is, or was since it was last looked */
	uint64_t used[DOZE_PLACES / 64]; /* a bit for each place where somebody is, or was */
	struct joist_actor *places[DOZE_PLACES]; /* by the pid's slot; NULL: nobody */
};

/* Nobody dozes here, ever: for what stands in for a worker. */
extern struct doze doze_nobody;

/* Notes that the running actor waits; false if it cannot doze, or something has come. */
static inline bool doze_begin(struct doze *d, struct joist_actor *a)
{
	uint32_t place = pid_slot(actor_pid(a)) % DOZE_PLACES;

	if (inbox_has(a->entry) || d->places[place] || mailbox_gate_of(a))
		return false;
	d->any = true;
	d->places[place] = a;
	d->used[place / 64] |= UINT64_C(1) << place % 64;
	return true;
}

/* Takes the right on the actor of that pid, if it dozes here; else NULL. */
static inline struct joist_actor *doze_take(struct doze *d, joist_pid pid)
{
	struct joist_actor **place = &d->places[pid_slot(pid) % DOZE_PLACES], *a = *place;

	if (!a || a->id != pid.id || pid.node)
		return NULL;
	*place = NULL;
	return a;
}

/* Whom something has come for stands in the queue, and dozes no more. */
void doze_look(struct worker *w);

/* The same, and the others wait: nobody dozes any more. */
void doze_end(struct worker *w);

/* Whether something has come for somebody who dozes. */
bool doze_is_disturbed(const struct doze *d);

#endif
