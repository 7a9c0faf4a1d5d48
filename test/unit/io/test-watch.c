/* Waiting for descriptors, and being woken. */
#include "vm/io/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/heap.h"

#define FOREVER (-1)

static struct watch watch;

/* What the last poll told of, in order. */
static struct watch_wait *told[64];

static void tell(void *context, struct watch_wait *wait)
{
	int *count = context;

	told[(*count)++ % 64] = wait;
}

static int poll_for(int64_t timeout_ns)
{
	int count = 0;
	int result = watch_poll(&watch, timeout_ns, tell, &count);

	CHECK_INT(result, count);
	return count;
}

static void make_pair(int ret_ends[2])
{
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ret_ends), 0);
}

static void put_byte(int fd)
{
	CHECK_INT(write(fd, "x", 1), 1);
}

static void finish(int ends[2])
{
	close(ends[0]);
	close(ends[1]);
	watch_finish(&watch);
}

TEST_LEAK_FREE(tells_of_a_readable_descriptor_once)
{
	int ends[2];

	CHECK_INT(watch_init(&watch), 0);
	make_pair(ends);
	struct watch_wait wait = { .fd = ends[0] };
	CHECK_INT(watch_add(&watch, &wait), 0);
	CHECK_INT(poll_for(0), 0);
	put_byte(ends[1]);
	CHECK_INT(poll_for(FOREVER), 1);
	CHECK(told[0] == &wait);
	CHECK_INT(wait.error, 0);
	CHECK_INT(poll_for(0), 0);
	CHECK_INT(watch_add(&watch, &wait), 0);
	CHECK_INT(poll_for(FOREVER), 1);
	finish(ends);
}

TEST_LEAK_FREE(gives_up_when_the_time_is_over)
{
	int ends[2];

	CHECK_INT(watch_init(&watch), 0);
	make_pair(ends);
	struct watch_wait wait = { .fd = ends[0] };
	CHECK_INT(watch_add(&watch, &wait), 0);
	CHECK_INT(poll_for(1000), 0);
	watch_remove(&watch, &wait);
	watch_remove(&watch, &wait);
	put_byte(ends[1]);
	CHECK_INT(poll_for(1000), 0);
	finish(ends);
}

TEST_LEAK_FREE(keeps_directions_apart)
{
	int ends[2];

	CHECK_INT(watch_init(&watch), 0);
	make_pair(ends);
	struct watch_wait in = { .fd = ends[0] }, out = { .fd = ends[0], .write = true };
	CHECK_INT(watch_add(&watch, &in), 0);
	CHECK_INT(watch_add(&watch, &out), 0);
	CHECK_INT(poll_for(FOREVER), 1);
	CHECK(told[0] == &out);
	CHECK_INT(poll_for(0), 0);
	put_byte(ends[1]);
	CHECK_INT(poll_for(FOREVER), 1);
	CHECK(told[0] == &in);
	finish(ends);
}

TEST_LEAK_FREE(tells_all_that_wait_for_the_same)
{
	int ends[2];

	CHECK_INT(watch_init(&watch), 0);
	make_pair(ends);
	struct watch_wait a = { .fd = ends[0] }, b = { .fd = ends[0] };
	struct watch_wait out = { .fd = ends[0], .write = true };
	CHECK_INT(watch_add(&watch, &a), 0);
	CHECK_INT(watch_add(&watch, &b), 0);
	CHECK_INT(watch_add(&watch, &out), 0);
	shutdown(ends[1], SHUT_RDWR);
	CHECK_INT(poll_for(FOREVER), 3);
	finish(ends);
}

TEST_LEAK_FREE(refuses_a_regular_file)
{
	char path[] = "/tmp/test-watch-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	CHECK(fd >= 0);
	unlink(path);
	CHECK_INT(watch_init(&watch), 0);
	struct watch_wait wait = { .fd = fd };
	CHECK_INT(watch_add(&watch, &wait), -EPERM);
	CHECK(!wait.link);
	wait.fd = -1;
	CHECK_INT(watch_add(&watch, &wait), -EBADF);
	close(fd);
	watch_finish(&watch);
}

/* The number of a closed descriptor is used anew: who waited for the old one is told so. */
TEST_LEAK_FREE(finds_out_that_a_descriptor_was_closed)
{
	int ends[2], others[2];

	CHECK_INT(watch_init(&watch), 0);
	make_pair(ends);
	make_pair(others);
	struct watch_wait old = { .fd = ends[0] }, new = { .fd = ends[0] };
	CHECK_INT(watch_add(&watch, &old), 0);
	CHECK_INT(dup2(others[0], ends[0]), ends[0]);
	CHECK_INT(watch_add(&watch, &new), 0);
	CHECK_INT(poll_for(FOREVER), 1);
	CHECK(told[0] == &old);
	CHECK_INT(old.error, -EBADF);
	put_byte(others[1]);
	CHECK_INT(poll_for(FOREVER), 1);
	CHECK(told[0] == &new);
	CHECK_INT(new.error, 0);
	close(others[0]);
	close(others[1]);
	finish(ends);
}

TEST_LEAK_FREE(loses_those_who_wait_for_what_is_closed)
{
	int ends[2];

	CHECK_INT(watch_init(&watch), 0);
	make_pair(ends);
	struct watch_wait old = { .fd = ends[0] }, gone = { .fd = ends[0] };
	CHECK_INT(watch_add(&watch, &old), 0);
	CHECK_INT(watch_add(&watch, &gone), 0);
	close(ends[0]);
	struct watch_wait late = { .fd = ends[0], .write = true };
	CHECK_INT(watch_add(&watch, &late), -EBADF);
	watch_remove(&watch, &gone);
	CHECK_INT(poll_for(FOREVER), 1);
	CHECK(told[0] == &old);
	finish(ends);
}

/* The old file lives on under another number, so its interest does: that event is for nobody. */
TEST_LEAK_FREE(drops_the_event_of_a_former_file)
{
	int ends[2], others[2];

	CHECK_INT(watch_init(&watch), 0);
	make_pair(ends);
	make_pair(others);
	struct watch_wait old = { .fd = ends[0] }, new = { .fd = ends[0] };
	CHECK_INT(watch_add(&watch, &old), 0);
	int other_name = fcntl(ends[0], F_DUPFD_CLOEXEC, 0);
	CHECK(other_name >= 0);
	CHECK_INT(dup2(others[0], ends[0]), ends[0]);
	watch_remove(&watch, &old);
	CHECK_INT(watch_add(&watch, &new), 0);
	put_byte(ends[1]);
	CHECK_INT(poll_for(1000000), 0);
	put_byte(others[1]);
	CHECK_INT(poll_for(FOREVER), 1);
	CHECK(told[0] == &new);
	close(other_name);
	close(others[0]);
	close(others[1]);
	finish(ends);
}

TEST_LEAK_FREE(grows_while_some_wait)
{
	enum { PAIRS = 300 };
	static int ends[PAIRS][2];
	static struct watch_wait waits[PAIRS];
	int seen = 0;

	CHECK_INT(watch_init(&watch), 0);
	for (int i = 0; i < PAIRS; i++) {
		make_pair(ends[i]);
		waits[i].fd = ends[i][0];
		CHECK_INT(watch_add(&watch, &waits[i]), 0);
	}
	for (int i = 0; i < PAIRS; i++)
		put_byte(ends[i][1]);
	while (seen < PAIRS)
		seen += poll_for(FOREVER);
	CHECK_INT(poll_for(0), 0);
	for (int i = 0; i < PAIRS; i++) {
		CHECK(!waits[i].link);
		close(ends[i][0]);
		close(ends[i][1]);
	}
	watch_finish(&watch);
}

TEST_LEAK_FREE(says_that_memory_is_short)
{
	int ends[2];

	CHECK_INT(watch_init(&watch), 0);
	make_pair(ends);
	struct watch_wait wait = { .fd = ends[0] };
	heap_fail(1, false);
	CHECK_INT(watch_add(&watch, &wait), -ENOMEM);
	heap_fail(0, false);
	CHECK_INT(watch_add(&watch, &wait), 0);
	finish(ends);
}

TEST(remembers_a_wake)
{
	CHECK_INT(watch_init(&watch), 0);
	watch_wake(&watch);
	watch_wake(&watch);
	CHECK_INT(poll_for(FOREVER), 0);
	CHECK_INT(poll_for(1000), 0);
	watch_finish(&watch);
}

/* ---- two threads ---- */

enum { ROUNDS = 20000 };

static struct watch there;
static int ball; /* plain: ordered by the wakes alone */

static void tell_nobody(void *context, struct watch_wait *wait)
{
	(void)context, (void)wait;
}

static void *play(void *argument)
{
	for (int round = 0; round < ROUNDS; round++) {
		do
			CHECK_INT(watch_poll(&there, FOREVER, tell_nobody, NULL), 0);
		while (ball % 2 == 0);
		ball++;
		watch_wake(&watch);
	}
	return argument;
}

/* A wake that gets lost would leave both asleep for ever. */
TEST(loses_no_wake)
{
	pthread_t thread;

	CHECK_INT(watch_init(&watch), 0);
	CHECK_INT(watch_init(&there), 0);
	CHECK_INT(pthread_create(&thread, NULL, play, NULL), 0);
	for (int round = 0; round < ROUNDS; round++) {
		CHECK_INT(ball, 2 * round);
		ball++;
		watch_wake(&there);
		do
			CHECK_INT(poll_for(FOREVER), 0);
		while (ball % 2);
	}
	pthread_join(thread, NULL);
	watch_finish(&watch);
	watch_finish(&there);
}
