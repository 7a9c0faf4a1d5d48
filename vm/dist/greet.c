/* Both parts of the handshake, message by message. Until the other has met our challenge it is
 * nobody: it gets no atom, no peer but one that we have dialled ourselves, and no connection
 * ends because of it. */
#include "vm/dist/greet.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "vm/io/fd.h"
#include "vm/dist/flags.h"
#include "vm/dist/stream.h"
#include "vm/term/atom.h"
#include "vm/term/external.h"

/* What a step says if the line goes on; else why it ends. */
static const char go_on[] = "";

/* So many that were accepted are greeted at once. */
#define GUESTS_MAX 256

#define BROKEN "it does not speak as a node does"

static uint32_t draw(void)
{
	uint32_t number = 0;

	while (getrandom(&number, sizeof(number), 0) != sizeof(number))
		;
	return number;
}

static struct handshake_name self_challenge(struct line *line)
{
	struct handshake_name name = line->dist->self;

	line->challenge = draw();
	name.challenge = line->challenge;
	return name;
}

static bool meets(const struct line *line, const unsigned char digest[MD5_BYTES])
{
	unsigned char expected[MD5_BYTES];

	handshake_digest(line->dist->cookie, line->challenge, expected);
	return handshake_equal(digest, expected);
}

/* The handshake is over: the line replaces what the peer had of lines. */
static const char *finish(struct line *line)
{
	struct peer *p = line->peer;
	struct line *other = p->attempt;

	p->attempt = NULL;
	if (other && other != line)
		line_free(other);
	if (p->line)
		line_close(p->line, "it has connected again");
	return stream_begin(line) ? go_on : "no more nodes can be known";
}

/* ---- dialled: we have sent our name ---- */

static const char *take_status(struct line *line, struct joist_bytes message)
{
	switch (handshake_get_status(message)) {
	case STATUS_OK:
	case STATUS_OK_SIMULTANEOUS:
		line->state = LINE_CHALLENGE;
		return go_on;
	case STATUS_NOK: /* its own attempt, which is under way, wins */
		line->state = LINE_PARKED;
		return go_on;
	case STATUS_ALIVE: /* there is no line here: what it has is dead */
		line->state = LINE_CHALLENGE;
		return handshake_put_status(&line->out, STATUS_TRUE) ? go_on : "memory is short";
	case STATUS_NOT_ALLOWED:
		return "it does not allow it";
	default:
		return BROKEN;
	}
}

static const char *take_challenge(struct line *line, struct joist_bytes message)
{
	struct joist_bytes name = atom_name(line->peer->name);
	unsigned char digest[MD5_BYTES];

	if (!handshake_get_challenge(message, &line->other))
		return BROKEN;
	if (line->other.size != name.size || memcmp(line->other.name, name.data, name.size))
		return "another node answers there";
	if (~line->other.flags & FLAGS_DEMANDED)
		return "its version of Erlang is too old";
	handshake_digest(line->dist->cookie, line->other.challenge, digest);
	line->challenge = draw();
	line->state = LINE_ACK;
	return handshake_put_reply(&line->out, line->challenge, digest) ? go_on : "memory is short";
}

static const char *take_ack(struct line *line, struct joist_bytes message)
{
	unsigned char digest[MD5_BYTES];

	if (!handshake_get_ack(message, digest))
		return BROKEN;
	return meets(line, digest) ? finish(line) : "it has another cookie";
}

/* ---- accepted: it sends its name ---- */

static const char *put_status(struct line *line, enum handshake_status status)
{
	return handshake_put_status(&line->out, status) ? go_on : "memory is short";
}

static const char *put_challenge(struct line *line)
{
	const struct handshake_name name = self_challenge(line);

	line->state = LINE_REPLY;
	return handshake_put_challenge(&line->out, &name) ? go_on : "memory is short";
}

/* It has no name, and asks for one. */
static const char *name_it(struct line *line)
{
	struct handshake_name *other = &line->other;
	char host[HANDSHAKE_NAME_MAX - 16];

	if (other->size >= sizeof(host))
		return BROKEN;
	strcpy(host, other->name);
	other->size = (size_t)snprintf(other->name, sizeof(other->name), "J%08X@%s", draw(), host);
	other->creation = draw() | 4;
	if (!handshake_is_name(other->name, other->size))
		return BROKEN;
	return handshake_put_named(&line->out, other) ? put_challenge(line) : "memory is short";
}

/* The peer of that name, if it is one already. */
static struct peer *known_peer(struct line *line)
{
	joist_atom name = atom_find(line->other.name, line->other.size);

	return name.word ? peer_known(line->dist, name) : NULL;
}

static const char *refuse(struct line *line, enum handshake_status status, const char *why)
{
	put_status(line, status);
	line_write(line);
	return why;
}

/* Both have dialled: the one with the larger name goes on. */
static const char *decide(struct line *line, struct peer *p)
{
	const struct handshake_name *self = &line->dist->self;

	if (p->line) {
		line->replaces = true;
		line->state = LINE_ALIVE;
		return put_status(line, STATUS_ALIVE);
	}
	if (p->attempt->state != LINE_PARKED && strcmp(self->name, line->other.name) > 0)
		return refuse(line, STATUS_NOK, "an attempt of this node goes on");
	return put_status(line, STATUS_OK_SIMULTANEOUS) == go_on ? put_challenge(line)
								 : "memory is short";
}

static const char *take_name(struct line *line, struct joist_bytes message)
{
	struct handshake_name *other = &line->other;

	if (!handshake_get_name(message, other))
		return BROKEN;
	if (~other->flags & FLAGS_DEMANDED)
		return refuse(line, STATUS_NOT_ALLOWED, "its version of Erlang is too old");
	if (other->flags & FLAG_NAME_ME)
		return name_it(line);
	if (!handshake_is_name(other->name, other->size))
		return refuse(line, STATUS_NOT_ALLOWED, "that is no node's name");
	if (!strcmp(other->name, line->dist->self.name))
		return refuse(line, STATUS_NOT_ALLOWED, "it has this node's name");
	struct peer *p = known_peer(line);
	if (p && (p->line || p->attempt))
		return decide(line, p);
	return put_status(line, STATUS_OK) == go_on ? put_challenge(line) : "memory is short";
}

static const char *take_alive(struct line *line, struct joist_bytes message)
{
	return handshake_get_status(message) == STATUS_TRUE ? put_challenge(line)
							    : "it was connected already";
}

static const char *take_reply(struct line *line, struct joist_bytes message)
{
	unsigned char digest[MD5_BYTES];
	uint32_t challenge;

	if (!handshake_get_reply(message, &challenge, digest))
		return BROKEN;
	if (!meets(line, digest))
		return "it has another cookie";
	joist_atom name = atom_make(line->other.name, line->other.size);
	line->peer = name.word ? peer_named(line->dist, name) : NULL;
	handshake_digest(line->dist->cookie, challenge, digest);
	if (!line->peer || !handshake_put_ack(&line->out, digest) || !line_write(line) ||
	    line->out_at < line->out.size) /* a few bytes, for which there always is room */
		return "memory is short";
	return finish(line);
}

/* ---- both ---- */

static const char *take(struct line *line, struct joist_bytes message)
{
	switch (line->state) {
	case LINE_STATUS:
		return take_status(line, message);
	case LINE_CHALLENGE:
		return take_challenge(line, message);
	case LINE_ACK:
		return take_ack(line, message);
	case LINE_NAME:
		return take_name(line, message);
	case LINE_ALIVE:
		return take_alive(line, message);
	case LINE_REPLY:
		return take_reply(line, message);
	default:
		return BROKEN;
	}
}

/* Takes the messages that have come. */
static const char *take_all(struct line *line)
{
	for (;;) {
		struct joist_bytes bytes = line_bytes(line);
		size_t size = bytes.size < 2 ? 0 : external_16(bytes.data);
		if (bytes.size < 2 || bytes.size - 2 < size)
			return go_on;
		line->in_at += 2 + size;
		const char *why =
			take(line, (struct joist_bytes){ (const char *)bytes.data + 2, size });
		if (why != go_on || line->state == LINE_UP || line->state == LINE_PARKED)
			return why;
	}
}

void greet_ready(struct line *line)
{
	int64_t got = line_read(line);
	const char *why = got == 0 ? "it hung up" : got < 0 && got != -EAGAIN ? BROKEN : go_on;

	if (why == go_on && line->state != LINE_PARKED)
		why = take_all(line);
	if (line->state == LINE_PARKED)
		return; /* until the other's attempt ends this one, or the time is up */
	if (why == go_on && line->state == LINE_UP) {
		stream_ready(line); /* more may have come with it */
		return;
	}
	if (why == go_on && (!line_write(line) || !line_await_read(line)))
		why = BROKEN;
	if (why != go_on)
		line_close(line, why);
}

static void set_options(int fd)
{
	const int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

void greet_dialled(struct line *line)
{
	set_options(line->fd);
	line->state = LINE_STATUS;
	if (!handshake_put_name(&line->out, &line->dist->self) || !line_write(line) ||
	    !line_await_read(line))
		line_close(line, BROKEN);
}

static bool is_guest(const struct line *line)
{
	return line->state == LINE_NAME || line->state == LINE_ALIVE || line->state == LINE_REPLY;
}

/* When too many have not said who they are, the first of them leaves. */
static void make_room(struct dist *d)
{
	struct line *oldest = NULL;
	unsigned count = 0;

	for (struct line *line = d->lines; line; line = line->next) {
		if (is_guest(line)) {
			oldest = line;
			count++;
		}
	}
	if (count >= GUESTS_MAX)
		line_close(oldest, "too many others want to connect");
}

void greet_accepted(struct dist *d, int fd)
{
	make_room(d);
	struct line *line = line_make(d, LINE_NAME);

	set_options(fd);
	if (!line)
		fd_close(fd);
	else if (!line_use(line, fd))
		line_free(line);
}
