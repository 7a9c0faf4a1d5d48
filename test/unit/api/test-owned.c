/* Descriptors go with their actor. */
#include "vm/api/owned.h"

#include <errno.h>
#include <fcntl.h>
#include <joist/io.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/heap.h"

enum { MANY = 100 };

static int fds[MANY];

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void open_many(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < MANY; i++) {
		fds[i] = joist_udp(self, "127.0.0.1:0");
		CHECK(fds[i] >= 0);
	}
	CHECK_INT(joist_close(self, fds[0]), 0);
	CHECK_INT(joist_close(self, fds[0]), -EBADF);
	joist_own(self, fds[2]);
	joist_give(self, fds[1]);
	joist_give(self, fds[1]);
	CHECK_INT(joist_close(self, fds[1]), -EBADF);
}

static void open_one_more(void *argument)
{
	CHECK(!is_open(fds[0]));
	fds[1] = joist_udp(argument, "127.0.0.1:0");
	CHECK(fds[1] >= 0);
}

/* What is opened when the others are closed already is closed as well. */
static void open_late(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_defer(self, open_one_more, self);
	fds[0] = joist_udp(self, "127.0.0.1:0");
	CHECK(fds[0] >= 0);
}

static int failing; /* which request for memory fails */

static void lack_memory(struct joist_actor *self, joist_term args)
{
	(void)args;
	heap_fail(failing, false);
	fds[0] = joist_udp(self, "127.0.0.1:0");
	heap_fail(0, false);
	CHECK(fds[0] >= 0);
}

/* Whichever request fails: the actor ends, and nothing stays open. */
static void see_it_end(struct joist_actor *self, joist_term args)
{
	bool ended = true;

	(void)args;
	for (failing = 1; ended; failing++) {
		fds[0] = -1;
		joist_spawn_monitor(self, "test:lack_memory", joist_nil());
		joist_term down = joist_receive(self);
		ended = joist_match(down, "{'DOWN', _, process, _, system_limit}");
		CHECK(ended || joist_match(down, "{'DOWN', _, process, _, normal}"));
		CHECK(!is_open(fds[0]));
	}
	CHECK(failing > 4);
}

static const struct stage_export exports[] = {
	STAGE_LOOP(open_many),
	STAGE_LOOP(open_late),
	STAGE_LOOP(lack_memory),
	STAGE_LOOP(see_it_end),
	{ 0 },
};

TEST_LEAK_FREE(all_are_closed_but_what_was_given)
{
	stage_run(exports, 1, "open_many");
	CHECK(is_open(fds[1]));
	for (int i = 0; i < MANY; i++)
		CHECK(i == 1 || !is_open(fds[i]));
}

TEST_LEAK_FREE(late_ones_are_closed_too)
{
	stage_run(exports, 1, "open_late");
	CHECK(!is_open(fds[0]));
	CHECK(!is_open(fds[1]));
}

TEST(an_actor_without_memory_ends)
{
	stage_run(exports, 1, "see_it_end");
}
