/* Turns that are known to take long, and how many of them run at once.
 *
 * As many as there are processors: more would only get into each other's way, and into the way of
 * workers, since a thread to which the kernel gives what is left over may lose its processor while it
 * holds what others wait for. One that blocks, or computes on and on, is *stuck*: it does not count, and
 * makes room for others. */
#ifndef JOIST_VM_SCHED_JOBS_H
#define JOIST_VM_SCHED_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "vm/actor/table.h"

struct pool;
struct thread;

/* What a thread of the pool does. */
enum job_state { JOB_NONE, JOB_RUNS, JOB_STUCK };

/* Has a thread run the next turns of the actor, which is in no queue. False if something has come for it
 * that must not wait: see jobs_recall. Any thread of the node. */
bool jobs_submit(struct pool *pool, struct joist_actor *a);

/* A signal of that kind was sent to an actor. If the actor waits for a thread, and the signal is one that
 * must not wait as long, a worker looks at it. Any thread of the node. */
void jobs_recall(struct pool *pool, joist_pid pid, enum signal_kind kind);

/* Whether jobs wait. A hint. */
bool jobs_wait(struct pool *pool);

/* Whether threads run jobs. A hint. */
bool jobs_any(const struct pool *pool);

/* Whether a thread that runs a job is to leave its processor to others after a turn. */
bool jobs_press(struct pool *pool);

/* The thread, which was left with a turn, runs a job from now on. */
void jobs_join(struct pool *pool, struct thread *t);

/* The thread's job is stuck. Only the monitor. */
void jobs_stick(struct pool *pool, struct thread *t);

/* Threads that are to be made for jobs now. With the pool's lock held. */
uint32_t jobs_missing(const struct pool *pool);

/* The thread's job, if it had one, is done. With the pool's lock held. */
void jobs_leave(struct pool *pool, struct thread *t);

/* Gives the thread a job in t->job; false if none may run now. With the pool's lock held. */
bool jobs_take(struct pool *pool, struct thread *t);

#endif
