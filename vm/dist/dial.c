/* A host's address, then the port mapper's word, then the connection. Names are looked up on
 * threads that may block; what they find they leave in a list of the dist's. */
#include "vm/dist/dial.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/heap.h"
#include "vm/dist/epmd.h"
#include "vm/dist/greet.h"
#include "vm/dist/session.h"
#include "vm/io/net.h"
#include "vm/term/atom.h"

/* ---- the host ---- */

static struct joist_bytes alive_of(const struct peer *p)
{
	struct joist_bytes name = atom_name(p->name);
	const char *at = memchr(name.data, '@', name.size);

	return (struct joist_bytes){ name.data, (size_t)(at - (const char *)name.data) };
}

static const char *host_of(const struct peer *p)
{
	return strchr(atom_name(p->name).data, '@') + 1;
}

static void resolve_run(void *argument)
{
	struct resolving *r = argument;

	r->result = net_find_blocking(r->host, &r->address, 1);
}

static void resolve_done(struct blocking_job *job)
{
	struct resolving *r = container_of(job, struct resolving, job);
	struct dist *d = r->dist;

	mutex_take(&d->lock);
	r->next = d->resolved;
	d->resolved = r;
	mutex_give(&d->lock);
	watch_wake(&d->watch);
}

static bool resolve(struct line *line)
{
	struct resolving *r = heap_take_zero(sizeof(*r));

	if (!r)
		return false;
	r->job = (struct blocking_job){ .run = resolve_run, .argument = r, .done = resolve_done };
	r->dist = line->dist;
	r->line = line;
	strcpy(r->host, host_of(line->peer));
	line->resolving = r;
	if (blocking_submit(&line->dist->vm->blocking, &r->job) == 0)
		return true;
	line->resolving = NULL;
	heap_give(r, sizeof(*r));
	return false;
}

/* ---- the connections: to the port mapper, and to the node ---- */

static bool connect_to(struct line *line, uint16_t port, enum line_state state)
{
	address_set_port(&line->address, port);
	int fd = net_connect(&line->address);
	line->state = state;
	return fd >= 0 && line_use(line, fd) && line_await_write(line);
}

static void ask(struct line *line)
{
	struct dist *d = line->dist;
	bool fine = d->epmd_port ? connect_to(line, d->epmd_port, LINE_ASKING)
				 : connect_to(line, d->fixed_port, LINE_CONNECTING);

	if (!fine)
		line_close(line, "it cannot be reached");
}

/* The port mapper's answer, if it is whole. */
static void read_answer(struct line *line)
{
	int64_t got = line_read(line);
	enum epmd_answer answer = epmd_get_port(line_bytes(line), &line->port);

	if (answer == EPMD_MORE && (got > 0 || got == -EAGAIN)) {
		if (!line_await_read(line))
			line_close(line, "memory is short");
	} else if (answer != EPMD_YES) {
		line_close(line, answer == EPMD_NO ? "the port mapper does not know it"
						   : "the port mapper gives no answer");
	} else if (!connect_to(line, line->port, LINE_CONNECTING)) {
		line_close(line, "it cannot be reached");
	}
}

static void asked(struct line *line)
{
	int error = net_connected(line->fd);

	if (error)
		line_close(line, "there is no port mapper on its host");
	else if (!line->out.size && !epmd_put_port_please(&line->out, alive_of(line->peer)))
		line_close(line, "memory is short");
	else if (!line_write(line))
		line_close(line, "the port mapper gives no answer");
	else
		read_answer(line);
}

void dial_ready(struct line *line)
{
	if (line->state == LINE_ASKING)
		asked(line);
	else if (net_connected(line->fd))
		line_close(line, "it does not listen");
	else
		greet_dialled(line);
}

void dial_begin(struct peer *p)
{
	struct line *line = line_make(p->dist, LINE_RESOLVING);

	if (!line) {
		session_refuse(p);
		return;
	}
	p->attempt = line;
	line->peer = p;
	line->dialled = true;
	if (!handshake_is_name(atom_name(p->name).data, atom_name(p->name).size))
		line_close(line, "that is no node's name");
	else if (address_literal(host_of(p), 0, &line->address))
		ask(line);
	else if (!resolve(line))
		line_close(line, "its host's name cannot be looked up");
}

static void take_resolved(struct resolving *r)
{
	struct line *line = r->line;

	if (!line)
		return;
	line->resolving = NULL;
	if (r->result < 1) {
		line_close(line, "its host's name is not known");
	} else {
		line->address = r->address;
		ask(line);
	}
}

void dial_resolved(struct dist *d)
{
	mutex_take(&d->lock);
	struct resolving *list = d->resolved;
	d->resolved = NULL;
	mutex_give(&d->lock);
	for (struct resolving *next; list; list = next) {
		next = list->next;
		take_resolved(list);
		heap_give(list, sizeof(*list));
	}
}
