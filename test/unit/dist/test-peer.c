/* Signals that wait for a connection, and when who sends has to wait. */
#include "vm/dist/peer.h"

#include "test/harness.h"
#include "vm/base/heap.h"

#define WORDS 1000

static const joist_pid to = { .id = 5, .node = 1 };

static struct peer *pending_peer(void)
{
	struct peer *p = heap_take_zero(sizeof(*p));

	CHECK(p);
	outbox_init(&p->outbox);
	p->pending_last = &p->pending;
	p->state = PEER_PENDING;
	return p;
}

static struct signal *add(struct peer *p)
{
	struct signal *s = signal_make(SIGNAL_MESSAGE, to, WORDS);

	CHECK(s && peer_wait(p, (joist_pid){ .id = 9 }, to, s));
	return s;
}

static struct signal *take(struct peer *p)
{
	struct pending *one = peer_take_pending(p);
	struct signal *s = one ? one->signal : NULL;

	heap_give(one, sizeof(*one));
	return s;
}

TEST_LEAK_FREE(they_keep_their_order)
{
	struct peer *p = pending_peer();
	struct signal *first = add(p), *second = add(p);

	CHECK(take(p) == first);
	struct signal *third = add(p);
	CHECK(take(p) == second && take(p) == third && !take(p));
	CHECK_INT(p->pending_bytes, 0);
	signal_free(first);
	signal_free(second);
	signal_free(third);
	peer_destroy(p);
}

TEST_LEAK_FREE(too_many_make_who_sends_wait)
{
	struct peer *p = pending_peer();
	size_t count = 0;

	for (; !peer_is_busy(p); count++)
		add(p);
	CHECK(count > 1 && count <= PEER_BUSY_BYTES / (WORDS * sizeof(uint64_t)) + 1);
	signal_free(take(p));
	CHECK(!peer_is_busy(p));
	add(p);
	CHECK(peer_is_busy(p));
	p->state = PEER_DOWN; /* nothing will come of it: nobody waits */
	CHECK(!peer_is_busy(p));
	peer_destroy(p);
}
