/* One actor gives away what the node's store has under a hash, to nodes that the boot script lists, if
 * it has looked at the signature itself: unsigned code does not travel. What is in the store under a
 * hash never changes, so one look is enough, and what another node takes, or leaves half taken, needs
 * nothing here. What blocks runs on a thread that may. Written on the SDK. */
#include "loader/code_sender.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <joist/joist.h>

#include "loader/code_words.h"
#include "loader/contents.h"
#include "loader/fetch.h"
#include "loader/live.h"

/* What the sender has found worth giving away. */
struct offered {
	struct offered *next;
	struct digest hash;
	size_t size;
};

struct sender {
	const struct live *live;
	struct offered *offered;
};

static struct offered *find(const struct sender *s, const struct digest *hash)
{
	struct offered *one = s->offered;

	while (one && !digest_equal(&one->hash, hash))
		one = one->next;
	return one;
}

/* ---- offering ---- */

/* A look at a file, by a thread that may block. */
struct look {
	const struct live *live;
	struct digest hash;
	struct signature signature;
	size_t size;
	int error;
	bool is_signed, fits;
};

static void look_at(void *look)
{
	struct look *l = look;
	char path[PATH_MAX];
	struct stat about;
	void *bytes;

	store_copy(l->live->store, &l->hash, path);
	l->error = contents_take(path, l->live->fetch->bytes_max, &bytes, &about);
	if (l->error)
		return;
	l->size = (size_t)about.st_size;
	l->is_signed = fetch_read_signature(l->live->store, &l->hash, &l->signature);
	l->fits = l->is_signed &&
		  signature_fits(&l->signature, (struct joist_bytes){ bytes, l->size });
	free(bytes);
}

/* Why it is not given away; none if it is. */
static joist_term judge(struct joist_actor *self, const struct look *l, const char *plugin)
{
	const char *here = code_node(joist_node(self));

	if (l->error == -EFBIG)
		return code_refusal(self,
				    "%s of %s has more than the %zu bytes that \"max_bytes\" of "
				    "\"fetch\" of its boot script allows; raise that",
				    plugin, here, l->live->fetch->bytes_max);
	if (l->error)
		return code_refusal(self, "%s of %s is not in its store any more (%s); try again",
				    plugin, here, strerror(-l->error));
	if (!l->is_signed)
		return code_refusal(
			self,
			"%s of %s is not signed, and only signed code travels; run joist "
			"sign on its file, and load it again",
			plugin, here);
	if (!l->fits)
		return code_refusal(
			self,
			"%s of %s is not what was signed: its bytes have changed since; "
			"sign it again, and load it again",
			plugin, here);
	return (joist_term){ 0 };
}

/* Looks each time: the file may have been signed again, by another key. */
static joist_term offer(struct joist_actor *self, struct sender *s, const char *plugin,
			const struct digest *hash)
{
	struct look look = { .live = s->live, .hash = *hash };
	struct offered *one = find(s, hash);
	char line[SIGNATURE_LINE_MAX];
	joist_term refusal;

	joist_blocking(self, look_at, &look);
	refusal = judge(self, &look, plugin);
	if (!joist_is_none(refusal))
		return refusal;
	if (!one) {
		one = joist_alloc(self, sizeof(*one));
		*one = (struct offered){ .next = s->offered, .hash = *hash };
		s->offered = one;
	}
	one->size = look.size;
	signature_print(&look.signature, line);
	return joist_make(self, "{ok, Size, Line}", (int64_t)one->size, code_text(self, line));
}

/* ---- pieces ---- */

struct piece {
	const struct live *live;
	struct digest hash;
	size_t offset;
	char *bytes;
	ssize_t size; /* below 0: it cannot be read */
};

static void read_piece(void *piece)
{
	struct piece *p = piece;
	char path[PATH_MAX];
	int fd;

	store_copy(p->live->store, &p->hash, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	p->size = -1;
	if (fd < 0)
		return;
	if (lseek(fd, (off_t)p->offset, SEEK_SET) >= 0)
		p->size = contents_read(fd, p->bytes, CODE_SENDER_PIECE);
	close(fd);
}

static joist_term send_piece(struct joist_actor *self, const struct sender *s,
			     const struct digest *hash, int64_t offset)
{
	const struct offered *one = find(s, hash);
	struct piece piece = { s->live, *hash, (size_t)offset, NULL, -1 };
	joist_term term;

	if (!one || offset < 0 || (size_t)offset >= one->size)
		return code_refusal(self, "%s has not offered that", code_node(joist_node(self)));
	piece.bytes = joist_alloc(self, CODE_SENDER_PIECE);
	joist_blocking(self, read_piece, &piece);
	if (piece.size > 0)
		term = joist_make(self, "{ok, Bytes}",
				  joist_binary(self, (struct joist_bytes){ piece.bytes,
									   (size_t)piece.size }));
	else
		term = code_refusal(self, "its file in the store of %s cannot be read; try again",
				    code_node(joist_node(self)));
	joist_free(self, piece.bytes);
	return term;
}

/* ---- the server ---- */

/* Why that node gets nothing; none if it may. */
static joist_term judge_peer(struct joist_actor *self, const struct sender *s, joist_term from)
{
	const char *here = code_node(joist_node(self)), *there;
	joist_atom node;
	joist_pid pid;

	if (!s->live->fetch)
		return code_refusal(self, "%s gives no code away; its boot script has no \"fetch\"",
				    here);
	if (!joist_match(from, "{Pid, _}", &pid))
		return code_refusal(self, "nobody asks");
	node = joist_node_of(self, pid);
	there = code_node(node);
	if (!fetch_knows_peer(s->live->fetch, node))
		return code_refusal(
			self,
			"%s gives no code to %s; add that to \"peers\" of \"fetch\" in its "
			"boot script",
			here, there);
	return (joist_term){ 0 };
}

static joist_term answer(struct joist_actor *self, struct sender *s, joist_term from,
			 joist_term request)
{
	joist_term refusal = judge_peer(self, s, from);
	struct joist_bytes plugin, bytes;
	struct digest hash;
	char name[64];
	int64_t offset;

	if (!joist_is_none(refusal))
		return refusal;
	if (joist_match(request, "{piece, Hash, Offset}", &bytes, &offset) &&
	    code_read_hash(bytes, &hash))
		return send_piece(self, s, &hash, offset);
	if (!joist_match(request, "{offer, Plugin, Hash}", &plugin, &bytes) ||
	    !code_read_hash(bytes, &hash))
		return code_refusal(self, "badarg");
	snprintf(name, sizeof(name), "%.*s", (int)plugin.size, (const char *)plugin.data);
	return offer(self, s, name, &hash);
}

static void server(struct joist_actor *self, joist_term args)
{
	struct sender sender = { .live = joist_export_data(self) };
	joist_term from, request;

	(void)args;
	for (;;) {
		if (joist_match(joist_receive(self), "{'$gen_call', From, Request}", &from,
				&request))
			joist_reply(self, from, answer(self, &sender, from, request));
	}
}

static const struct joist_export exports[] = { JOIST_ACTOR(server) };

const struct joist_plugin code_sender_plugin = {
	.size = sizeof(struct joist_plugin),
	.export_size = sizeof(struct joist_export),
	.name = "code_sender",
	.version = "1.0",
	.exports = exports,
	.export_count = sizeof(exports) / sizeof(exports[0]),
};
