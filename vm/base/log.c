/* Where lines of the log go, and which.
 *
 * A line is made on the caller's stack and written by one call, so no lock is needed to keep lines
 * whole, and a thread that dies while it logs leaves nothing behind. Any thread enters. */
#include "vm/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/base/clock.h"
#include "vm/base/ownfd.h"

static atomic_int log_fd = STDERR_FILENO;
static atomic_bool log_json;
static atomic_int kept_fd = -1;
static atomic_int level_min = LOG_LEVEL_INFO;

/* Where log_to said. */
static int home_fd = STDERR_FILENO;
static bool home_json;

static void switch_to(int fd, bool json)
{
	/* relaxed, both: pairs with the loads in log_write; a line may still go the old way */
	atomic_store_explicit(&log_fd, fd, memory_order_relaxed);
	atomic_store_explicit(&log_json, json, memory_order_relaxed);
}

void log_to(int fd, bool json)
{
	home_fd = fd;
	home_json = json;
	switch_to(fd, json);
}

int log_redirect(int fd, bool json)
{
	/* Never closed: whoever has just read its number may still write to it. */
	static int duplicate = -1;
	int result;

	if (fd < 0) {
		switch_to(home_fd, home_json);
		return 0;
	}
	/* Not by dup3, which keeps plugins from doing so, one of which may have called this. */
	if (duplicate < 0)
		result = duplicate = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	else
		result = (int)syscall(SYS_dup3, fd, duplicate, O_CLOEXEC);
	ownfd_add(duplicate);
	if (result < 0)
		return -errno;
	switch_to(duplicate, json);
	return 0;
}

void log_keep(int fd)
{
	/* relaxed: pairs with the load in keep */
	atomic_store_explicit(&kept_fd, fd, memory_order_relaxed);
}

void log_level_set(enum log_level level)
{
	/* relaxed: pairs with the load in log_wants */
	atomic_store_explicit(&level_min, (int)level, memory_order_relaxed);
}

bool log_wants(enum log_level level)
{
	/* relaxed: pairs with the store in log_level_set */
	return (int)level >= atomic_load_explicit(&level_min, memory_order_relaxed);
}

/* Writes all of it, if the descriptor takes it; a log that nobody reads stops nothing. */
static void bytes_write(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno != EINTR)
			return;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
}

/* Has the event stand in the file that log_keep said, if it is one of those. All of the file is written at
 * once, so that two threads do not mix. Nothing follows what the node stops for. `line` is for use. */
static void keep(int64_t system_ns, const struct log_event *event, struct logline *line)
{
	static atomic_bool halts;
	/* relaxed: pairs with the store in log_keep */
	int fd = atomic_load_explicit(&kept_fd, memory_order_relaxed);
	bool is_halt = strcmp(event->event, "halt") == 0;

	if (fd < 0 || (!is_halt && strcmp(event->event, "crash") != 0))
		return;
	/* relaxed, both: nothing depends on it */
	if (is_halt)
		atomic_store_explicit(&halts, true, memory_order_relaxed);
	else if (atomic_load_explicit(&halts, memory_order_relaxed))
		return;
	logline_make(line, true, system_ns, event);
	memset(line->bytes + line->size, 0, sizeof(line->bytes) - line->size);
	if (pwrite(fd, line->bytes, sizeof(line->bytes), 0) < 0)
		return;
}

void log_write_at(int64_t system_ns, const struct log_event *event)
{
	struct logline line;
	int error = errno;

	if (!log_wants(event->level))
		return;
	/* relaxed, both: pairs with the stores in log_to */
	logline_make(&line, atomic_load_explicit(&log_json, memory_order_relaxed), system_ns,
		     event);
	bytes_write(atomic_load_explicit(&log_fd, memory_order_relaxed), line.bytes, line.size);
	keep(system_ns, event, &line);
	errno = error;
}

void log_write(const struct log_event *event)
{
	log_write_at(clock_system_ns(), event);
}

void log_say(enum log_level level, const char *event, const char *format, ...)
{
	char message[1024];
	va_list args;

	if (!log_wants(level))
		return;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	log_write(&(struct log_event){ .level = level, .event = event, .message = message });
}

bool log_limit(struct log_rate *rate, int64_t *ret_skipped)
{
	int64_t now = clock_now_ns();
	/* relaxed, all: whoever moves `next` on is the one that logs; nothing else depends on it */
	int64_t next = atomic_load_explicit(&rate->next, memory_order_relaxed);

	if (now < next ||
	    !atomic_compare_exchange_strong_explicit(&rate->next, &next, now + rate->per_ns,
						     memory_order_relaxed, memory_order_relaxed)) {
		atomic_fetch_add_explicit(&rate->skipped, 1, memory_order_relaxed);
		return false;
	}
	*ret_skipped = atomic_exchange_explicit(&rate->skipped, 0, memory_order_relaxed);
	return true;
}

bool log_quota_take(struct log_quota *quota, uint32_t max, uint64_t cycles, uint32_t *ret_skipped,
		    bool *ret_last)
{
	uint64_t now = clock_cycles();
	/* relaxed, all: a count that is a few off at the turn of a while harms nobody */
	uint64_t ends = atomic_load_explicit(&quota->ends, memory_order_relaxed);
	uint32_t used = atomic_load_explicit(&quota->used, memory_order_relaxed);

	if (now >= ends &&
	    atomic_compare_exchange_strong_explicit(&quota->ends, &ends, now + cycles,
						    memory_order_relaxed, memory_order_relaxed)) {
		used = 0;
		atomic_store_explicit(&quota->used, 1, memory_order_relaxed);
		*ret_skipped = atomic_exchange_explicit(&quota->skipped, 0, memory_order_relaxed);
	} else {
		if (used < max)
			used = atomic_fetch_add_explicit(&quota->used, 1, memory_order_relaxed);
		*ret_skipped = 0;
	}
	*ret_last = used + 1 == max;
	if (used < max)
		return true;
	/* relaxed: as above */
	atomic_fetch_add_explicit(&quota->skipped, 1, memory_order_relaxed);
	return false;
}

uint32_t log_quota_settle(struct log_quota *quota, bool at_once)
{
	/* relaxed, both: as above */
	if (!at_once && clock_cycles() < atomic_load_explicit(&quota->ends, memory_order_relaxed))
		return 0;
	return atomic_exchange_explicit(&quota->skipped, 0, memory_order_relaxed);
}
