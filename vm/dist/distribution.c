/* The thread of the distribution: it waits for sockets and for what is due, and calls what
 * concerns them. It runs no actor, so none can keep it from its ticks. */
#include "vm/dist/distribution.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/base/ownfd.h"
#include "vm/base/span.h"
#include "vm/dist/dial.h"
#include "vm/dist/flags.h"
#include "vm/dist/greet.h"
#include "vm/dist/map_server.h"
#include "vm/dist/mapper.h"
#include "vm/dist/outgoing.h"
#include "vm/dist/stream.h"
#include "vm/dist/watchers.h"
#include "vm/io/fd.h"
#include "vm/io/net.h"
#include "vm/sched/kernel.h"
#include "vm/term/atom.h"

#define TICKTIME_S 60

/* The thread looks around at least so often. */
#define ROUND_NS CLOCK_NS_PER_S

/* How long the end of the node may wait for what is still to be written. */
#define LINGER_NS (500 * CLOCK_NS_PER_MS)

/* ---- what is due ---- */

static void due(struct line *line, int64_t now_ns)
{
	if (line->state == LINE_UP)
		stream_tick(line, now_ns);
	else
		line_close(line, "it took too long");
}

static void await_accept(struct dist *d)
{
	if (!d->accepts.link && watch_add(&d->watch, &d->accepts) < 0)
		log_say(LOG_LEVEL_ERROR, "network", "other nodes cannot connect any more");
}

static void look_around(struct dist *d, int64_t now_ns)
{
	if (now_ns < d->next_ns)
		return;
	d->next_ns = now_ns + ROUND_NS;
	await_accept(d);
	for (struct line *line = d->lines, *next; line; line = next) {
		next = line->next;
		if (line->deadline_ns <= now_ns)
			due(line, now_ns);
	}
	for (struct line *line = d->lines; line; line = line->next) {
		if (d->next_ns > line->deadline_ns)
			d->next_ns = line->deadline_ns;
	}
	mapper_tick(d->mapper, now_ns);
	map_server_tick(d->map_server, now_ns);
}

/* ---- what is ready ---- */

static void accept_one(struct dist *d)
{
	int fd = net_accept(d->listener);

	if (fd >= 0)
		greet_accepted(d, fd);
	/* Else no descriptor is left, say: in the next round, or it would be asked for again and again. */
	if (fd >= 0 || fd == -EAGAIN)
		await_accept(d);
}

static void line_ready(struct line *line)
{
	switch (line->state) {
	case LINE_RESOLVING:
		break;
	case LINE_ASKING:
	case LINE_CONNECTING:
		dial_ready(line);
		break;
	case LINE_UP:
		stream_ready(line);
		break;
	default:
		greet_ready(line);
	}
}

static void ready(void *context, struct watch_wait *wait)
{
	struct dist *d = context;

	if (wait == &d->accepts)
		accept_one(d);
	else if (map_server_ready(d->map_server, wait))
		return;
	else if (wait == &d->mapper->reads || wait == &d->mapper->writes)
		mapper_ready(d->mapper);
	else
		line_ready(wait->user);
}

/* ---- what other threads ask for ---- */

/* What was sent before it was asked for is still sent, as far as there is room. */
static void drop_line(struct peer *p, bool failed)
{
	if (!failed)
		stream_write(p->line);
	if (p->line)
		line_close(p->line, failed ? "memory is short" : "it was asked for");
}

static void attend(struct peer *p)
{
	mutex_take(&p->lock);
	bool failed = p->failed, drop = p->drop || failed;
	bool dial = p->state == PEER_PENDING;
	p->drop = p->failed = false;
	mutex_give(&p->lock);
	if (drop && p->line)
		drop_line(p, failed);
	if (p->line)
		stream_write(p->line);
	else if (dial && !p->attempt)
		dial_begin(p);
}

static bool stops(struct dist *d)
{
	mutex_take(&d->lock);
	bool stop = d->stops;
	mutex_give(&d->lock);
	return stop;
}

static void round_of(struct dist *d)
{
	int64_t wait = d->next_ns - clock_now_ns();

	watch_poll(&d->watch, wait > 0 ? wait : 0, ready, d);
	dial_resolved(d);
	for (struct peer *p; (p = peer_next_todo(d));)
		attend(p);
	look_around(d, clock_now_ns());
}

static bool has_unwritten(struct dist *d)
{
	for (struct line *line = d->lines; line; line = line->next) {
		if (line->state == LINE_UP && line->block)
			return true;
	}
	return false;
}

static void *run(void *dist)
{
	struct dist *d = dist;

	kernel_be_quick();
	while (!stops(d))
		round_of(d);
	int64_t until = clock_now_ns() + LINGER_NS;
	d->next_ns = 0; /* nobody will wake it any more */
	round_of(d);
	while (has_unwritten(d) && clock_now_ns() < until) {
		d->next_ns = clock_now_ns() + CLOCK_NS_PER_MS;
		round_of(d);
	}
	while (d->lines)
		line_close(d->lines, NULL);
	heap_flush();
	return NULL;
}

/* ---- its life ---- */

static bool set_self(struct dist *d, const struct distribution_options *o)
{
	struct handshake_name *self = &d->self;

	self->size = strlen(o->name);
	if (self->size > HANDSHAKE_NAME_MAX || o->cookie.size > sizeof(d->cookie_text) ||
	    !handshake_is_name(o->name, self->size))
		return false;
	memcpy(self->name, o->name, self->size + 1);
	self->flags = FLAGS_OWN | (o->hidden ? 0 : FLAG_PUBLISHED);
	while (self->creation < 4) { /* smaller ones are of nodes of old */
		if (getrandom(&self->creation, sizeof(self->creation), 0) < 0)
			return false;
	}
	memcpy(d->cookie_text, o->cookie.data, o->cookie.size);
	d->cookie = (struct joist_bytes){ d->cookie_text, o->cookie.size };
	d->hidden = o->hidden;
	d->epmd_port = o->epmd_port;
	unsigned ticktime_s = o->net_ticktime_s ? o->net_ticktime_s : TICKTIME_S;
	d->tick_ns = ticktime_s * CLOCK_NS_PER_S / 4;
	return true;
}

static int listen_at(struct dist *d, const char *text)
{
	struct address address;
	int error = address_parse(text ? text : "127.0.0.1:0", &address);

	if (error)
		return error;
	d->listener = net_listen(&address);
	if (d->listener < 0)
		return d->listener;
	ownfd_add(d->listener);
	d->port = (uint16_t)net_port(d->listener);
	d->fixed_port = d->port;
	d->accepts = (struct watch_wait){ .fd = d->listener };
	return watch_add(&d->watch, &d->accepts);
}

#define BY_NODE_BYTES                                                                              \
	(((NODES_MAX + 1) * sizeof(struct peer *) + SPAN_PAGE - 1) / SPAN_PAGE * SPAN_PAGE)

static int init(struct dist *d, const struct distribution_options *o)
{
	d->listener = -1;
	sem_init(&d->registered, 0, 0);
	int error = watch_init(&d->watch);
	if (error)
		return error;
	d->has_watch = true;
	d->by_node = span_map(BY_NODE_BYTES, false);
	d->mapper = heap_take_zero(sizeof(*d->mapper));
	d->map_server = heap_take_zero(sizeof(*d->map_server));
	if (!d->by_node || !d->mapper || !d->map_server)
		return -ENOMEM;
	mapper_init(d->mapper, d);
	map_server_init(d->map_server, d);
	d->is_ready = true;
	if (!set_self(d, o))
		return -EINVAL;
	error = listen_at(d, o->listen);
	if (error)
		return error;
	nodes_set_self(d->vm->name, d->self.creation);
	return 0;
}

int distribution_create(struct joist_vm *vm, const struct distribution_options *options)
{
	struct dist *d = heap_take_zero(sizeof(*d));

	if (!d)
		return -ENOMEM;
	mutex_init(&d->lock);
	d->vm = vm;
	int error = init(d, options);
	if (error) {
		distribution_destroy(d);
		return error;
	}
	vm->dist = d;
	vm->send_far = outgoing_send;
	return 0;
}

int distribution_start(struct dist *d)
{
	int error = pthread_create(&d->thread, NULL, run, d);

	if (error)
		return -error;
	d->runs = true;
	while (d->epmd_port && sem_wait(&d->registered) < 0)
		;
	return d->registration;
}

void distribution_stop(struct dist *d)
{
	if (!d->runs)
		return;
	mutex_take(&d->lock);
	d->stops = true;
	mutex_give(&d->lock);
	watch_wake(&d->watch);
	pthread_join(d->thread, NULL);
	d->runs = false;
}

void distribution_destroy(struct dist *d)
{
	if (!d)
		return;
	dial_resolved(d); /* nobody waits for it */
	for (struct peer *p = d->peers, *next; p; p = next) {
		next = p->next;
		peer_destroy(p);
	}
	watchers_finish(d);
	if (d->is_ready) {
		mapper_finish(d->mapper);
		map_server_finish(d->map_server);
	}
	heap_give(d->mapper, sizeof(*d->mapper));
	heap_give(d->map_server, sizeof(*d->map_server));
	if (d->listener >= 0) {
		ownfd_remove(d->listener);
		fd_close(d->listener);
	}
	if (d->has_watch)
		watch_finish(&d->watch);
	if (d->by_node)
		munmap(d->by_node, BY_NODE_BYTES);
	sem_destroy(&d->registered);
	mutex_finish(&d->lock);
	heap_give(d, sizeof(*d));
}
