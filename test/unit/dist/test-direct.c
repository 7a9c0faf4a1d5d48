/* Who sends writes itself, or leaves it to the thread. */
#include "vm/dist/direct.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"

#define LENGTH 4

static const joist_pid from = { .id = 5 };

/* A peer whose socket's other end is `ends[1]`, and which has long been idle. */
static struct peer *idle_peer(int ends[2])
{
	struct peer *p = heap_take_zero(sizeof(*p));

	CHECK(p);
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	mutex_init(&p->lock);
	outbox_init(&p->outbox);
	p->idle_fd = ends[0];
	return p;
}

static void destroy(struct peer *p, int ends[2])
{
	close(ends[0]);
	close(ends[1]);
	peer_destroy(p);
}

static void add(struct peer *p, const char *text, size_t size)
{
	CHECK(outbox_add(&p->outbox, from, (struct joist_bytes){ text, size }, NULL));
}

TEST_LEAK_FREE(what_comes_alone_is_written_at_once)
{
	struct peer *p;
	char got[16];
	int ends[2];

	p = idle_peer(ends);
	CHECK(direct_is_due(p));
	add(p, "hello", 5);
	direct_write(p);
	CHECK_INT(read(ends[1], got, sizeof(got)), LENGTH + 5);
	CHECK(memcmp(got + LENGTH, "hello", 5) == 0);
	CHECK(!direct_has_left(p) && outbox_is_empty(&p->outbox) && p->idle_fd >= 0);
	destroy(p, ends);
}

TEST_LEAK_FREE(what_comes_soon_after_is_left)
{
	struct peer *p;
	int ends[2];

	p = idle_peer(ends);
	p->alone_ns = clock_now_ns() + CLOCK_NS_PER_S;
	CHECK(!direct_is_due(p));
	add(p, "one", 3);
	direct_leave(p);
	p->alone_ns = 0;
	CHECK(!direct_is_due(p)); /* or it would come before the other */
	CHECK(direct_has_left(p));
	struct block *block = direct_next_block(p, ends[0]);
	CHECK(block && p->idle_fd < 0 && !direct_is_due(p));
	block_free(block);
	CHECK(!direct_next_block(p, ends[0]));
	CHECK(!direct_has_left(p) && p->idle_fd == ends[0] && p->alone_ns > 0);
	destroy(p, ends);
}

/* However slow this is: a time that has come stays so. */
TEST_LEAK_FREE(a_few_may_follow_each_other)
{
	const int64_t later = clock_now_ns() + 3600 * CLOCK_NS_PER_S;
	struct peer *p;
	int ends[2];

	p = idle_peer(ends);
	add(p, "one", 3);
	direct_write(p);
	CHECK(p->alone_ns < clock_now_ns() && direct_is_due(p));
	p->alone_ns = later; /* as after many */
	add(p, "more", 4);
	direct_write(p);
	CHECK(p->alone_ns > later && !direct_is_due(p));
	destroy(p, ends);
}

TEST_LEAK_FREE(the_rest_is_the_threads)
{
	static char large[1 << 20];
	struct peer *p;
	int ends[2];

	p = idle_peer(ends);
	add(p, large, sizeof(large));
	direct_write(p);
	CHECK(direct_has_left(p) && p->idle_fd < 0);
	add(p, "behind", 6);
	struct block *block = direct_next_block(p, ends[0]);
	CHECK(block && block->at > 0 && block->at < block->size);
	CHECK_INT(block->size, LENGTH + sizeof(large));
	block_free(block);
	block = direct_next_block(p, ends[0]);
	CHECK(block && block->size == LENGTH + 6);
	block_free(block);
	destroy(p, ends);
}

TEST_LEAK_FREE(an_error_is_the_threads_too)
{
	struct peer *p;
	int ends[2];

	p = idle_peer(ends);
	shutdown(ends[0], SHUT_WR);
	add(p, "lost", 4);
	direct_write(p);
	CHECK(direct_has_left(p) && p->begun && p->begun->at == 0);
	direct_end(p);
	CHECK(!p->begun && p->idle_fd < 0);
	destroy(p, ends);
}
