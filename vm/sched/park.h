/* Parking: an actor waits in mid-turn, or a loop for its next message, with its frames kept. */
#ifndef JOIST_VM_SCHED_PARK_H
#define JOIST_VM_SCHED_PARK_H

#include "vm/sched/worker.h"

#define PARK_FOREVER INT64_MAX

/* The time, by clock_now_ns, that is `timeout_ms` from now. */
int64_t park_deadline(int64_t timeout_ms);

/* Waits until something comes to the running actor's inbox, which is then delivered, or something that it
 * waits for sets `woken`, or the deadline is reached: then false. Leaves the actor's frames if it is
 * ended. */
bool park(struct joist_actor *a, int64_t deadline_ns);

/* The same, but does not leave: for who must finish first. */
bool park_firmly(struct joist_actor *a, int64_t deadline_ns);

/* Sets `woken` and makes `a` run if it is parked. Only on the worker that holds its frames. */
void park_wake(struct joist_actor *a);

/* Waits for the answer to what has the number `number` (deliver.c fills a->answer): it, which lives until
 * the turn ends, or NULL at the deadline. */
struct signal *park_for_answer(struct joist_actor *a, uint64_t number, int64_t deadline_ns);

/* Wakes actors whose deadline is reached. */
void park_expire(struct worker *w, int64_t now_ns);

#endif
