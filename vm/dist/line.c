/* What all stages of a line share: its socket, its buffers, its end. On the thread of the dist. */
#include "vm/dist/line.h"

#include <errno.h>
#include <string.h>

#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/base/ownfd.h"
#include "vm/dist/direct.h"
#include "vm/dist/session.h"
#include "vm/io/fd.h"
#include "vm/term/atom.h"

#define READ_BYTES (64 * 1024)

/* A larger buffer, which something long needed, is kept no longer than that. */
#define KEPT_BYTES (1024 * 1024)

struct line *line_make(struct dist *d, enum line_state state)
{
	struct line *line = heap_take_zero(sizeof(*line));

	if (!line)
		return NULL;
	line->dist = d;
	line->state = state;
	line->fd = -1;
	line->deadline_ns = clock_now_ns() + LINE_SETUP_NS;
	line->next = d->lines;
	line->link = &d->lines;
	if (line->next)
		line->next->link = &line->next;
	d->lines = line;
	if (d->next_ns > line->deadline_ns)
		d->next_ns = line->deadline_ns;
	return line;
}

static void forget_socket(struct line *line)
{
	if (line->fd < 0)
		return;
	watch_remove(&line->dist->watch, &line->reads);
	watch_remove(&line->dist->watch, &line->writes);
	ownfd_remove(line->fd);
	fd_close(line->fd);
	line->fd = -1;
}

bool line_use(struct line *line, int fd)
{
	forget_socket(line);
	line->in_at = line->in_size = 0;
	line->out.size = line->out_at = 0;
	line->fd = fd;
	line->reads = (struct watch_wait){ .fd = fd, .user = line };
	line->writes = (struct watch_wait){ .fd = fd, .write = true, .user = line };
	ownfd_add(fd);
	return line_await_read(line);
}

static bool await(struct line *line, struct watch_wait *wait)
{
	return wait->link || watch_add(&line->dist->watch, wait) == 0;
}

bool line_await_read(struct line *line)
{
	return await(line, &line->reads);
}

bool line_await_write(struct line *line)
{
	return await(line, &line->writes);
}

static bool resize(struct line *line, size_t room)
{
	unsigned char *in = heap_resize(line->in, line->in_room, room);

	if (!in)
		return false;
	line->in = in;
	line->in_room = room;
	return true;
}

/* Room behind what was read. It doubles only as bytes come, whatever they say is to follow. */
static bool make_room(struct line *line)
{
	size_t left = line->in_size - line->in_at;

	if (line->in_at) {
		memmove(line->in, line->in + line->in_at, left);
		line->in_at = 0;
		line->in_size = left;
	}
	if (line->in_room > KEPT_BYTES && left < READ_BYTES / 2)
		resize(line, READ_BYTES); /* or, when memory is short, the next time */
	if (line->in_room - left >= READ_BYTES / 2)
		return true;
	return resize(line, line->in_room ? 2 * line->in_room : READ_BYTES);
}

int64_t line_read(struct line *line)
{
	if (!make_room(line))
		return -ENOMEM;
	int64_t got = fd_read(line->fd, line->in + line->in_size, line->in_room - line->in_size);
	if (got > 0) {
		line->in_size += (size_t)got;
		line->has_read = true;
	}
	return got;
}

bool line_write(struct line *line)
{
	while (line->out_at < line->out.size) {
		int64_t put = fd_write(line->fd, line->out.data + line->out_at,
				       line->out.size - line->out_at);
		if (put == -EAGAIN)
			return line_await_write(line);
		if (put < 0)
			return false;
		line->out_at += (size_t)put;
	}
	return !line->out.failed;
}

void line_free(struct line *line)
{
	forget_socket(line);
	*line->link = line->next;
	if (line->next)
		line->next->link = line->link;
	if (line->resolving)
		line->resolving->line = NULL;
	if (line->peer && line->peer->attempt == line)
		line->peer->attempt = NULL;
	heap_give(line->in, line->in_room);
	text_finish(&line->out);
	block_free(line->block);
	framing_finish(&line->framing);
	heap_give(line, sizeof(*line));
}

static void report(const struct line *line, const char *why)
{
	struct joist_bytes name = { line->other.name, line->other.size };
	bool up = line->state == LINE_UP;

	if (line->peer)
		name = atom_name(line->peer->name);
	log_say(up ? LOG_LEVEL_NOTICE : LOG_LEVEL_INFO, up ? "nodedown" : "connect",
		up ? "the connection with %.*s has ended: %s"
		   : "no connection with %.*s has come about: %s",
		(int)name.size, (const char *)name.data, why);
}

void line_close(struct line *line, const char *why)
{
	struct peer *p = line->peer;
	bool session = p && p->line == line, attempt = p && p->attempt == line;

	if (why)
		report(line, why);
	if (session) {
		p->line = NULL;
		direct_end(p);
	}
	line_free(line);
	if (session)
		session_end(p);
	else if (attempt && !p->line)
		session_refuse(p);
}
