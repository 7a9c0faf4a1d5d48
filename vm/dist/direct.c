/* A message that comes alone is written by who sends it: waking the thread would take longer than the
 * message, and the receiver of a call would wait for it. Messages that come close together go by the
 * thread, many at once. Any thread, under the lock of the peer: while it is held the socket stays open,
 * and nobody else writes. */
#include "vm/dist/direct.h"

#include "vm/base/clock.h"
#include "vm/io/fd.h"

/* So long it takes a thread to wake, or nearly: what comes sooner after the last one does not come alone.
 * But a few may follow each other at once, such as the answer to who starts an actor, and its first
 * word. */
#define ALONE_NS 20000
#define FEW 3

bool direct_is_due(const struct peer *p)
{
	return p->idle_fd >= 0 && outbox_is_empty(&p->outbox) && clock_now_ns() >= p->alone_ns;
}

void direct_leave(struct peer *p)
{
	/* relaxed: by another thread than that which writes, it is followed by a wake */
	atomic_store_explicit(&p->unwritten, true, memory_order_relaxed);
}

bool direct_has_left(const struct peer *p)
{
	/* relaxed: as above */
	return atomic_load_explicit(&p->unwritten, memory_order_relaxed);
}

void direct_write(struct peer *p)
{
	struct block *block = outbox_next(&p->outbox);
	int64_t put = block ? fd_write(p->idle_fd, block->bytes, block->size) : 0;

	const int64_t earliest = clock_now_ns() - (FEW - 1) * ALONE_NS;
	p->alone_ns = (p->alone_ns > earliest ? p->alone_ns : earliest) + ALONE_NS;
	if (block && put == (int64_t)block->size) {
		block_free(block);
		return;
	}
	/* The rest is the thread's, and so is an error. */
	if (put > 0)
		block->at = (size_t)put;
	p->begun = block;
	p->idle_fd = -1;
	direct_leave(p);
}

struct block *direct_next_block(struct peer *p, int fd)
{
	struct block *block = p->begun ? p->begun : outbox_next(&p->outbox);

	p->begun = NULL;
	if (!block && p->idle_fd < 0)
		p->alone_ns = clock_now_ns() + ALONE_NS;
	p->idle_fd = block ? -1 : fd;
	if (!block)
		/* relaxed: as above */
		atomic_store_explicit(&p->unwritten, false, memory_order_relaxed);
	return block;
}

void direct_end(struct peer *p)
{
	mutex_take(&p->lock);
	p->idle_fd = -1;
	block_free(p->begun);
	p->begun = NULL;
	mutex_give(&p->lock);
}
