/* The buffers of a line. Its stages are under every case of test/cluster. */
#include "vm/dist/line.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/dist/dist.h"

#define LONG_BYTES (4u << 20)

static struct dist dist;

/* A line to `*ret_other`. */
static struct line *open_line(int *ret_other)
{
	int ends[2];

	CHECK_INT(watch_init(&dist.watch), 0);
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	struct line *line = line_make(&dist, LINE_UP);
	CHECK(line && line_use(line, ends[0]));
	*ret_other = ends[1];
	return line;
}

static void close_line(struct line *line, int other)
{
	line_free(line);
	close(other);
	watch_finish(&dist.watch);
}

/* The other side says so many bytes, all of which the line reads and nobody takes. */
static void say(struct line *line, int other, size_t bytes)
{
	char *some = calloc(1, 65536);

	while (bytes > 0) {
		ssize_t put = write(other, some, bytes < 65536 ? bytes : 65536);
		if (put > 0)
			bytes -= (size_t)put;
		while (line_read(line) > 0)
			;
	}
	free(some);
}

TEST_LEAK_FREE(what_something_long_needed_is_given_back)
{
	int other;
	struct line *line = open_line(&other);

	say(line, other, LONG_BYTES);
	CHECK_INT(line->in_size - line->in_at, LONG_BYTES);
	CHECK(line->in_room >= LONG_BYTES);
	line->in_at = line->in_size - 7; /* all but these were taken */
	say(line, other, 1);
	CHECK_INT(line->in_size - line->in_at, 8);
	CHECK(line->in_room <= LONG_BYTES / 32);
	close_line(line, other);
}

TEST_LEAK_FREE(nothing_is_lost_when_memory_is_short)
{
	int other;
	struct line *line = open_line(&other);

	heap_fail(1, true);
	CHECK_INT(line_read(line), -ENOMEM);
	heap_fail(0, false);
	CHECK_INT(write(other, "abc", 3), 3);
	CHECK_INT(line_read(line), 3);
	CHECK_INT(line->in_size, 3);
	close_line(line, other);
}
