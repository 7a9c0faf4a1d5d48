/* Being listed by the port mapper: connect, ask, keep the connection; when it is lost, again. On
 * the thread of the dist, which tells who waits for the first answer. */
#include "vm/dist/mapper.h"

#include <errno.h>
#include <string.h>

#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/base/ownfd.h"
#include "vm/dist/epmd.h"
#include "vm/dist/map_server.h"
#include "vm/io/fd.h"
#include "vm/io/net.h"

#define RETRY_NS (2 * CLOCK_NS_PER_S)
#define AGAIN_NS (10 * CLOCK_NS_PER_MS)

/* A node that was killed is taken off the list when its connection is seen to be gone, which
 * takes a moment. */
#define REFUSAL_RETRY_NS (100 * CLOCK_NS_PER_MS)
#define REFUSALS_MAX 20

void mapper_init(struct mapper *m, struct dist *d)
{
	*m = (struct mapper){ .dist = d, .fd = -1 };
}

/* The first answer, or that there is none. */
static void tell(struct mapper *m, int registration)
{
	struct dist *d = m->dist;

	if (d->is_told)
		return;
	d->is_told = true;
	d->registration = registration;
	sem_post(&d->registered);
}

static void forget(struct mapper *m)
{
	if (m->fd < 0)
		return;
	watch_remove(&m->dist->watch, &m->reads);
	watch_remove(&m->dist->watch, &m->writes);
	ownfd_remove(m->fd);
	fd_close(m->fd);
	m->fd = -1;
}

/* Tries again in a while. */
static void retry(struct mapper *m, int64_t in_ns)
{
	forget(m);
	m->retry_ns = clock_now_ns() + in_ns;
	if (m->dist->next_ns > m->retry_ns)
		m->dist->next_ns = m->retry_ns;
}

static void give_up(struct mapper *m, const char *why)
{
	if (m->listed || !m->dist->is_told)
		log_say(LOG_LEVEL_WARNING, "epmd",
			"%s; other nodes find this one when it answers: it is asked every two "
			"seconds",
			why);
	m->listed = false;
	tell(m, 0);
	retry(m, RETRY_NS);
}

static struct joist_bytes alive_of(const struct dist *d)
{
	const char *name = d->self.name;

	return (struct joist_bytes){ name, (size_t)(strchr(name, '@') - name) };
}

static bool connect_to(struct mapper *m)
{
	struct address address;

	m->fd = address_literal("127.0.0.1", m->dist->epmd_port, &address) ? net_connect(&address)
									   : -1;
	if (m->fd < 0)
		return false;
	ownfd_add(m->fd);
	m->asked = false;
	m->in_size = m->out_at = m->out.size = 0;
	m->reads = (struct watch_wait){ .fd = m->fd, .user = m };
	m->writes = (struct watch_wait){ .fd = m->fd, .write = true, .user = m };
	return watch_add(&m->dist->watch, &m->writes) == 0;
}

void mapper_tick(struct mapper *m, int64_t now_ns)
{
	if (m->fd < 0 && m->dist->epmd_port && now_ns >= m->retry_ns && !connect_to(m))
		give_up(m, "the port mapper cannot be reached");
}

static bool ask(struct mapper *m)
{
	struct dist *d = m->dist;

	if (net_connected(m->fd) || !epmd_put_alive(&m->out, alive_of(d), d->port, d->hidden))
		return false;
	m->asked = true;
	/* Some bytes on a new connection: there is room for them. */
	return fd_write(m->fd, m->out.data, m->out.size) == (int64_t)m->out.size;
}

static void taken(struct mapper *m)
{
	if (++m->refusals < REFUSALS_MAX) {
		retry(m, REFUSAL_RETRY_NS);
		return;
	}
	m->refusals = 0;
	tell(m, -EEXIST);
	give_up(m, "the port mapper lists another node of this one's name");
}

static void read_answer(struct mapper *m)
{
	uint32_t creation;
	int64_t got = fd_read(m->fd, m->in + m->in_size, sizeof(m->in) - m->in_size);

	m->in_size += got > 0 ? (size_t)got : 0;
	switch (epmd_get_alive((struct joist_bytes){ m->in, m->in_size }, &creation)) {
	case EPMD_YES:
		m->listed = true;
		m->refusals = 0;
		m->in_size = 0;
		tell(m, 0);
		break;
	case EPMD_NO:
		taken(m);
		return;
	case EPMD_BAD:
		give_up(m, "what listens in the port mapper's place is none");
		return;
	case EPMD_MORE:
		if (got != -EAGAIN && got <= 0) {
			give_up(m, m->listed ? "the port mapper has ended"
					     : "the port mapper gives no answer");
			return;
		}
	}
	if (watch_add(&m->dist->watch, &m->reads) < 0)
		give_up(m, "memory is short");
}

/* Nobody listens there: then this node does, or another that has been faster. */
static void be_one(struct mapper *m)
{
	map_server_begin(m->dist->map_server);
	retry(m, AGAIN_NS);
}

void mapper_ready(struct mapper *m)
{
	if (m->asked)
		read_answer(m);
	else if (net_connected(m->fd) == -ECONNREFUSED && m->dist->epmd_port)
		be_one(m);
	else if (!ask(m) || watch_add(&m->dist->watch, &m->reads) < 0)
		give_up(m, "there is no port mapper");
}

void mapper_finish(struct mapper *m)
{
	forget(m);
	text_finish(&m->out);
}
