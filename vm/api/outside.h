/* Waiting for what is outside the node: descriptors, and calls that block. All run on the actor's stack
 * and may switch away from it. Deadlines are by clock_now_ns, INT64_MAX for none. */
#ifndef JOIST_VM_API_OUTSIDE_H
#define JOIST_VM_API_OUTSIDE_H

#include <stdatomic.h>

#include "vm/api/self.h"
#include "vm/io/blocking.h"

/* Waits until `fd` can be read from (`write` false) or written to, or has failed: 0; -ETIMEDOUT at the
 * deadline; -EPERM for a file on a disk; or another -errno. */
int outside_ready(struct joist_actor *self, int fd, bool write, int64_t deadline_ns);

/* Runs `run(argument)` on a blocking thread and waits for it, even if the actor is ended meanwhile: that
 * takes effect at its next call. */
void outside_run(struct joist_actor *self, void (*run)(void *argument), void *argument);

/* A call that may take long, and that nobody needs to wait for. On the heap. */
struct outside_job {
	struct blocking_job blocking; /* `run` and `argument` are the caller's to set */
	void (*drop)(struct outside_job *job); /* frees it; set by the caller */
	struct joist_actor *self; /* this and the rest: outside.c's own */
	struct self_waker waker;
	struct blocking_pool *pool;
	atomic_int state;
};

/* Runs `job` on a blocking thread: true when it has run, and is the caller's again. False at the
 * deadline; then, as when the actor is ended, it is dropped as soon as it is over. */
bool outside_ask(struct joist_actor *self, struct outside_job *job, int64_t deadline_ns);

#endif
