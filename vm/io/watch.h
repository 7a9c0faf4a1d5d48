/* A worker's look at the outside: descriptors that its actors wait for, and being woken by others.
 *
 * One belongs to each worker and is used by one thread at a time, but for watch_wake. */
#ifndef JOIST_VM_IO_WATCH_H
#define JOIST_VM_IO_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One waits for one direction of one descriptor, once. Lies in what waits; any number may wait for the
 * same. Zero-initialised but for the first three. */
struct watch_wait {
	int fd;
	bool write; /* else: read */
	void *user; /* the waiter's own */
	int error; /* when it is ready: 0, or -EBADF if its descriptor was closed, and used anew */
	struct watch_wait *next, **link; /* `link`: what points here; NULL when not waiting */
};

/* What is known of one descriptor. */
struct watch_fd {
	struct watch_wait *waits;
	uint32_t round; /* counts how often it was armed: events of earlier rounds are stale */
	bool known; /* was added to the epoll set, if it was not closed since */
};

enum watch_state {
	WATCH_AWAKE,
	WATCH_SLEEPS,
	WATCH_WOKEN,
};

struct watch {
	int epoll_fd;
	int event_fd; /* what wakes it */
	atomic_int state; /* of enum watch_state */
	struct watch_fd *fds; /* by descriptor */
	size_t fd_count; /* of room in `fds` */
	struct watch_wait *lost; /* waiters for descriptors that are no more */
};

/* 0, or -errno. The watch must not move in memory. */
int watch_init(struct watch *watch);

/* Nobody may wait any more. NULL is fine. */
void watch_finish(struct watch *watch);

/* Has the next watch_poll tell of `wait` when its descriptor is ready, failed or hung up: 0, or -errno;
 * -EPERM for a regular file, which cannot be waited for. */
int watch_add(struct watch *watch, struct watch_wait *wait);

/* Ends the waiting. One that does not wait stays so. */
void watch_remove(struct watch *watch, struct watch_wait *wait);

/* Waits until a descriptor is ready, watch_wake is called or `timeout_ns` have passed (below zero:
 * never), and calls `ready` for each wait that is over. The number of them, or -errno. */
int watch_poll(struct watch *watch, int64_t timeout_ns,
	       void (*ready)(void *context, struct watch_wait *wait), void *context);

/* Whether it sleeps in watch_poll. A hint, for any thread. */
static inline bool watch_sleeps(const struct watch *watch)
{
	/* relaxed: a hint */
	return atomic_load_explicit(&watch->state, memory_order_relaxed) == WATCH_SLEEPS;
}

/* Has the watch_poll that runs now, or else the next one, return at once. Any thread; what it stored before
 * is seen by the poller's thread after that. */
void watch_wake(struct watch *watch);

#endif
