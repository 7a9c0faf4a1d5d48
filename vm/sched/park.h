/* Parking: an actor waits in mid-turn, or a loop for its next message, with its frames kept. */
#ifndef JOIST_VM_SCHED_PARK_H
#define JOIST_VM_SCHED_PARK_H

#include "vm/sched/deadline.h"

/* Waits until something comes to the running actor's inbox, which is then delivered, or something that it
 * waits for sets `woken`, or the deadline is reached: then false. Leaves the actor's frames if it is
 * ended. */
bool park(struct joist_actor *a, int64_t deadline_ns);

/* The same, but does not leave: for who must finish first. */
bool park_firmly(struct joist_actor *a, int64_t deadline_ns);

/* Puts a running actor at the end of the queue and runs others meanwhile. Leaves it if it was ended. Only
 * where its frames may be switched. */
void park_yield(struct joist_actor *a);

/* Waits for the answer to what has the number `number` (deliver.c fills a->answer): it, which lives until
 * the turn ends, or NULL at the deadline. */
struct signal *park_for_answer(struct joist_actor *a, uint64_t number, int64_t deadline_ns);

#endif
