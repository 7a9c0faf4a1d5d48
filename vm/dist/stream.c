/* Frames. A peer that does not read is not read either once much waits for it, so what it asks
 * for cannot fill our memory; one that sends nothing for the whole tick time, though it is sent
 * ticks, is taken for gone. On the thread of the dist. */
#include "vm/dist/stream.h"

#include <errno.h>

#include "vm/base/clock.h"
#include "vm/dist/direct.h"
#include "vm/dist/flags.h"
#include "vm/dist/incoming.h"
#include "vm/dist/session.h"
#include "vm/io/fd.h"
#include "vm/term/external.h"

/* A peer with more in its outbox is not read. */
#define FULL_BYTES (16u << 20)

/* What is done for one line before others have their turn. */
#define ROUND_READS 8
#define ROUND_BLOCKS 32

/* How many ticks in a row may pass without a byte. */
#define SILENT_MAX 4

bool stream_begin(struct line *line)
{
	struct peer *p = line->peer;
	uint64_t flags = line->other.flags & line->dist->self.flags;

	if (!session_begin(p, line->other.creation, flags))
		return false;
	line->framing.headers = flags & FLAG_FRAGMENTS;
	line->state = LINE_UP;
	line->deadline_ns = clock_now_ns() + line->dist->tick_ns;
	p->line = line;
	direct_leave(p); /* the thread looks, and senders may write from then on */
	return true;
}

static const char *why_of(int error)
{
	return error == -EBADMSG  ? "it does not speak as a node does"
	       : error == -E2BIG  ? "it sends more than is taken"
	       : error == -EMLINK ? "it links and monitors more than is allowed"
				  : "memory is short";
}

/* Takes the frames that have come; why the line is to end, or NULL. */
static const char *take_frames(struct line *line)
{
	for (;;) {
		struct joist_bytes bytes = line_bytes(line), message;
		if (bytes.size < 4)
			return NULL;
		size_t size = external_32(bytes.data);
		if (size > FRAMING_BYTES_MAX)
			return why_of(-E2BIG);
		if (bytes.size - 4 < size)
			return NULL;
		line->in_at += 4 + size;
		if (!size) /* a tick */
			continue;
		const struct joist_bytes frame = { (const char *)bytes.data + 4, size };
		int result = framing_take(&line->framing, frame, &message);
		if (result > 0)
			result = incoming_take(line->peer, message);
		if (result < 0)
			return why_of(result);
	}
}

static bool is_full(struct line *line)
{
	struct peer *p = line->peer;

	mutex_take(&p->lock);
	bool full = p->outbox.bytes > FULL_BYTES;
	mutex_give(&p->lock);
	return full;
}

static const char *read_some(struct line *line)
{
	const char *why = take_frames(line); /* what came with the handshake */

	for (int i = 0; !why && i < ROUND_READS; i++) {
		line->full = is_full(line);
		if (line->full)
			return NULL;
		int64_t got = line_read(line);
		if (got == -EAGAIN)
			break;
		if (got <= 0)
			return got ? "the connection is broken" : "it hung up";
		why = take_frames(line);
		if (line->in_size < line->in_room) /* that was all: the watch tells of more */
			break;
	}
	return why || line_await_read(line) ? why : "memory is short";
}

/* ---- writing ---- */

static struct block *next_block(struct line *line)
{
	struct peer *p = line->peer;

	mutex_take(&p->lock);
	struct block *block = direct_next_block(p, line->fd);
	if (p->wakers && p->outbox.bytes < PEER_BUSY_BYTES / 2)
		peer_wake_actors(p);
	mutex_give(&p->lock);
	return block;
}

static const char *write_some(struct line *line)
{
	for (int i = 0; i < ROUND_BLOCKS;) {
		if (!line->block)
			line->block = next_block(line);
		struct block *block = line->block;
		if (!block)
			return NULL;
		int64_t put = fd_write(line->fd, block->bytes + block->at, block->size - block->at);
		if (put == -EAGAIN)
			break;
		if (put < 0)
			return "the connection is broken";
		line->has_written = true;
		block->at += (size_t)put;
		if (block->at == block->size) {
			block_free(block);
			line->block = NULL;
			i++;
		}
	}
	return line_await_write(line) ? NULL : "memory is short";
}

void stream_write(struct line *line)
{
	const char *why = write_some(line);

	if (!why && line->full && !is_full(line)) {
		why = read_some(line);
		why = why ? why : write_some(line); /* the answers to that */
	}
	if (why)
		line_close(line, why);
}

void stream_ready(struct line *line)
{
	const char *why = line->full || line->reads.link ? NULL : read_some(line);

	if (why)
		line_close(line, why);
	else if (line->block || line->full || direct_has_left(line->peer))
		stream_write(line);
}

void stream_tick(struct line *line, int64_t now_ns)
{
	struct peer *p = line->peer;

	line->deadline_ns = now_ns + line->dist->tick_ns;
	line->silent = line->has_read ? 0 : line->silent + 1;
	line->has_read = false;
	if (line->silent >= SILENT_MAX) {
		line_close(line, "it has been silent for the whole tick time");
		return;
	}
	if (!line->has_written && !line->block) {
		mutex_take(&p->lock);
		outbox_add(&p->outbox, (joist_pid){ 0 }, (struct joist_bytes){ "", 0 }, NULL);
		mutex_give(&p->lock);
	}
	line->has_written = false;
	stream_write(line);
}
