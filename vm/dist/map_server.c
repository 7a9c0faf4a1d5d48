/* Serving the port mapper's clients. Whoever asks is anybody: requests are short, take a few
 * seconds at most, and who comes when there are too many already is sent away. A node is listed
 * as long as its connection lasts. On the thread of the dist. */
#include "vm/dist/map_server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/base/ownfd.h"
#include "vm/base/text.h"
#include "vm/dist/epmd.h"
#include "vm/io/fd.h"
#include "vm/io/net.h"
#include "vm/term/external.h"

#define CLIENTS_MAX 1000
#define REQUEST_MAX 700
#define PATIENCE_NS (5 * CLOCK_NS_PER_S)

struct map_client {
	struct map_client *next;
	struct map_server *server;
	int fd;
	struct watch_wait reads;
	int64_t deadline_ns; /* for its request */
	bool listed; /* a node, by the request that it made */
	size_t size;
	unsigned char bytes[2 + REQUEST_MAX]; /* the length and the request */
};

/* Of a request to be listed, behind the length and the tag: the port, and so on; the name at
 * last. */
enum { ENTRY = 3, ENTRY_NAME_SIZE = ENTRY + 8, ENTRY_NAME = ENTRY_NAME_SIZE + 2 };

void map_server_init(struct map_server *s, struct dist *d)
{
	*s = (struct map_server){ .dist = d, .listener = -1 };
}

void map_server_begin(struct map_server *s)
{
	struct dist *d = s->dist;
	struct address address;

	if (s->listener >= 0 || !address_literal("127.0.0.1", d->epmd_port, &address))
		return;
	s->listener = net_listen(&address);
	if (s->listener < 0)
		return;
	ownfd_add(s->listener);
	s->accepts = (struct watch_wait){ .fd = s->listener };
	if (getrandom(&s->creation, sizeof(s->creation), 0) < 0)
		s->creation = (uint32_t)clock_system_ns();
	watch_add(&d->watch, &s->accepts);
	log_say(LOG_LEVEL_INFO, "epmd", "no port mapper runs at port %u: this node is one",
		d->epmd_port);
}

static void client_end(struct map_client *c)
{
	struct map_client **link = &c->server->clients;

	while (*link != c)
		link = &(*link)->next;
	*link = c->next;
	c->server->count--;
	watch_remove(&c->server->dist->watch, &c->reads);
	ownfd_remove(c->fd);
	fd_close(c->fd);
	heap_give(c, sizeof(*c));
}

static void accept_one(struct map_server *s)
{
	struct dist *d = s->dist;
	int fd = net_accept(s->listener);
	struct map_client *c = fd >= 0 && s->count < CLIENTS_MAX ? heap_take(sizeof(*c)) : NULL;

	/* Else no descriptor is left, say: see map_server_tick. */
	if (fd >= 0 || fd == -EAGAIN)
		watch_add(&d->watch, &s->accepts);
	if (fd >= 0 && !c)
		fd_close(fd);
	if (!c)
		return;
	*c = (struct map_client){ .next = s->clients, .server = s, .fd = fd };
	c->deadline_ns = clock_now_ns() + PATIENCE_NS;
	c->reads = (struct watch_wait){ .fd = fd, .user = c };
	s->clients = c;
	s->count++;
	ownfd_add(fd);
	if (watch_add(&d->watch, &c->reads) < 0)
		client_end(c);
}

/* ---- requests ---- */

static struct joist_bytes name_of(const struct map_client *c)
{
	return (struct joist_bytes){ c->bytes + ENTRY_NAME,
				     external_16(c->bytes + ENTRY_NAME_SIZE) };
}

static const struct map_client *find(const struct map_server *s, struct joist_bytes name)
{
	for (const struct map_client *c = s->clients; c; c = c->next) {
		struct joist_bytes its = c->listed ? name_of(c) : (struct joist_bytes){ 0 };
		if (c->listed && its.size == name.size && !memcmp(its.data, name.data, name.size))
			return c;
	}
	return NULL;
}

/* What is written to a connection that has been asked on alone has room. */
static void reply(struct map_client *c, const void *bytes, size_t size)
{
	fd_write(c->fd, bytes, size);
}

/* True if the client stays. */
static bool list(struct map_client *c)
{
	struct map_server *s = c->server;
	unsigned char answer[6] = { 118 };

	if (c->size < ENTRY_NAME || !name_of(c).size || name_of(c).size > c->size - ENTRY_NAME)
		return false;
	c->listed = !find(s, name_of(c));
	answer[1] = !c->listed;
	s->creation = s->creation < UINT32_MAX ? s->creation + 1 : 4;
	external_put_32(answer + 2, s->creation < 4 ? 4 : s->creation);
	reply(c, answer, sizeof(answer));
	return c->listed;
}

static void tell_port(struct map_client *c)
{
	const struct joist_bytes name = { c->bytes + ENTRY, c->size - ENTRY };
	const struct map_client *node = find(c->server, name);
	unsigned char answer[2 + REQUEST_MAX] = { 119, 1 };

	if (!node) {
		reply(c, answer, 2);
		return;
	}
	answer[1] = 0;
	memcpy(answer + 2, node->bytes + ENTRY, node->size - ENTRY);
	reply(c, answer, 2 + node->size - ENTRY);
}

static void tell_names(struct map_client *c)
{
	struct text text = { 0 };
	unsigned char *port = (unsigned char *)text_reserve(&text, 4);

	if (!port)
		return;
	external_put_32(port, c->server->dist->epmd_port);
	text.size = 4;
	for (const struct map_client *node = c->server->clients; node; node = node->next) {
		if (node->listed)
			text_addf(&text, "name %.*s at port %u\n", (int)name_of(node).size,
				  (const char *)name_of(node).data,
				  external_16(node->bytes + ENTRY));
	}
	if (!text.failed)
		reply(c, text.data, text.size);
	text_finish(&text);
}

/* A whole request; true if the client stays. */
static bool serve(struct map_client *c)
{
	switch (c->bytes[2]) {
	case 120:
		return list(c);
	case 122:
		tell_port(c);
		return false;
	case 110:
		tell_names(c);
		return false;
	default:
		return false;
	}
}

static void client_ready(struct map_client *c)
{
	int64_t got = c->listed ? fd_read(c->fd, (char[1]){ 0 }, 1)
				: fd_read(c->fd, c->bytes + c->size, sizeof(c->bytes) - c->size);
	bool stays = got > 0 || got == -EAGAIN;

	if (stays && !c->listed && got > 0) {
		c->size += (size_t)got;
		size_t size = c->size < 2 ? 0 : external_16(c->bytes);
		if (c->size >= 2 && (!size || size > REQUEST_MAX))
			stays = false;
		else if (c->size >= 2 && c->size - 2 >= size)
			stays = serve(c);
	}
	if (!stays || watch_add(&c->server->dist->watch, &c->reads) < 0)
		client_end(c);
}

bool map_server_ready(struct map_server *s, struct watch_wait *wait)
{
	if (wait == &s->accepts) {
		accept_one(s);
		return true;
	}
	for (struct map_client *c = s->clients; c; c = c->next) {
		if (wait == &c->reads) {
			client_ready(c);
			return true;
		}
	}
	return false;
}

void map_server_tick(struct map_server *s, int64_t now_ns)
{
	if (s->listener >= 0 && !s->accepts.link)
		watch_add(&s->dist->watch, &s->accepts);
	for (struct map_client *c = s->clients, *next; c; c = next) {
		next = c->next;
		if (!c->listed && c->deadline_ns <= now_ns)
			client_end(c);
	}
}

void map_server_finish(struct map_server *s)
{
	while (s->clients)
		client_end(s->clients);
	if (s->listener < 0)
		return;
	watch_remove(&s->dist->watch, &s->accepts);
	ownfd_remove(s->listener);
	fd_close(s->listener);
	s->listener = -1;
}
