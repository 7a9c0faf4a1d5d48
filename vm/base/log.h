/* The node's log: one line for each event, in text or JSON, written by one call so that lines never mix. */
#ifndef JOIST_VM_BASE_LOG_H
#define JOIST_VM_BASE_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "vm/base/logline.h"

/* Where lines go (standard error at first) and in which form; the lowest level that is written (info). */
void log_to(int fd, bool json);
void log_level_set(enum log_level level);

/* Has the last report of a crash, or of the node's stop for one, stand in the file `fd` from now on, as a
 * line of JSON; -1: no more. */
void log_keep(int fd);

/* Has lines go to a duplicate of `fd` instead, until the next call; below 0: where log_to said. One
 * thread at a time. 0, or -errno. */
int log_redirect(int fd, bool json);

/* Whether an event of that level would be written: for what is costly to put together. */
bool log_wants(enum log_level level);

/* Writes the event's line. Any thread; allocates nothing and takes no lock. */
void log_write(const struct log_event *event);

/* The same for what happened a while ago. */
void log_write_at(int64_t system_ns, const struct log_event *event);

/* The same for an event with only a message, made as by printf. */
__attribute__((format(printf, 3, 4))) void log_say(enum log_level level, const char *event,
						   const char *format, ...);

/* How often an event may be logged. Zero-initialised with `per_ns` set. */
struct log_rate {
	int64_t per_ns; /* at most one in that time */
	atomic_int_least64_t next; /* when the next one may be */
	atomic_int_least64_t skipped; /* since the last one */
};

/* Whether to log this one: then, how many were not since the last. Any thread. */
bool log_limit(struct log_rate *rate, int64_t *ret_skipped);

/* How many events of a kind may be logged in a while. Zero-initialised it is ready. */
struct log_quota {
	_Atomic uint64_t ends; /* when the while does, by clock_cycles */
	_Atomic uint32_t used; /* in it */
	_Atomic uint32_t skipped; /* since the first of the last while */
};

/* Whether to log one more of `max` in a while of `cycles`. Then, how many were not before this while; and
 * whether this is the last one in it. Costs a few nanoseconds. Any thread. */
bool log_quota_take(struct log_quota *quota, uint32_t max, uint64_t cycles, uint32_t *ret_skipped,
		    bool *ret_last);

/* How many were not logged, which the caller tells; 0 as long as the while lasts in which there were too
 * many, unless `at_once`. Any thread. */
uint32_t log_quota_settle(struct log_quota *quota, bool at_once);

#endif
