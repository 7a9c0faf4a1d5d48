/* A file comes from the node that wants an actor of it here, in pieces that are asked for one by one, into
 * the memory of the actor that asks: a peer that stops, or sends something else, has cost no more than
 * that. Only what has the hash that was asked for, and a signature over those bytes by a key that the boot
 * script lists, and is a plugin for this node, is put into the store; only then it is loaded. Written on
 * the SDK; what takes long runs on a thread that may block. */
#include "loader/code_fetch.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <joist/joist.h>

#include "loader/code_sender.h"
#include "loader/fetch.h"
#include "loader/load.h"

/* A file that has not come by then does not come. */
#define FETCH_MS 60000

struct code_fetch {
	struct code_fetch *next;
	struct digest hash;
	joist_ref monitor; /* of the actor that fetches */
	joist_term waiters; /* a list of From, kept */
};

static const char *name_of(joist_atom atom)
{
	return joist_atom_name(atom).data;
}

static joist_term binary(struct joist_actor *self, const char *text)
{
	return joist_binary(self, joist_text(text));
}

static joist_term hash_term(struct joist_actor *self, const struct digest *hash)
{
	return joist_binary(self, (struct joist_bytes){ hash->bytes, sizeof(hash->bytes) });
}

static bool read_hash(struct joist_bytes bytes, struct digest *ret_hash)
{
	if (bytes.size != sizeof(ret_hash->bytes))
		return false;
	memcpy(ret_hash->bytes, bytes.data, sizeof(ret_hash->bytes));
	return true;
}

/* ---- fetching ---- */

struct fetching {
	struct live *live;
	joist_atom node; /* that has the file */
	struct digest hash;
	char plugin[64];
	int64_t deadline_ns;
	struct signature signature;
	unsigned char *bytes;
	size_t size;
	char path[PATH_MAX]; /* in the store; empty: it is not there */
	char sentence[1024]; /* why not */
};

static bool refuse(struct fetching *f, const char *format, ...) JOIST_PRINTF(2, 3);
static bool refuse(struct fetching *f, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(f->sentence, sizeof(f->sentence), format, arguments);
	va_end(arguments);
	return false;
}

/* Asks the other node's code_sender; false if that does not answer, or refuses. */
static bool ask(struct joist_actor *self, struct fetching *f, joist_term request,
		joist_term *ret_reply)
{
	int64_t rest_ms = (f->deadline_ns - joist_now_ns(self)) / 1000000;
	joist_term to = joist_make(self, "{code_sender, Node}", f->node);
	struct joist_bytes sentence;

	switch (joist_call(self, to, request, rest_ms > 0 ? rest_ms : 0, ret_reply)) {
	case JOIST_TIMEOUT:
		return refuse(f, "%s has not sent %s within %d s; try again", name_of(f->node),
			      f->plugin, FETCH_MS / 1000);
	case JOIST_DOWN:
		return refuse(f, "%s cannot be asked for %s, or was lost meanwhile; try again",
			      name_of(f->node), f->plugin);
	case JOIST_OK:
		break;
	}
	if (joist_match(*ret_reply, "{error, Sentence}", &sentence))
		return refuse(f, "%.*s", (int)sentence.size, (const char *)sentence.data);
	return true;
}

static bool judge_key(struct joist_actor *self, struct fetching *f)
{
	char digits[SIGNATURE_KEY_TEXT];

	signature_key_print(&f->signature.key, digits);
	if (fetch_knows_key(f->live->fetch, &f->signature.key))
		return true;
	return refuse(f,
		      "%s of %s is signed by the key %s, which %s does not trust; add that to "
		      "\"keys\" of \"fetch\" in its boot script if you do",
		      f->plugin, name_of(f->node), digits, name_of(joist_node(self)));
}

static bool take_offer(struct joist_actor *self, struct fetching *f)
{
	joist_term reply;
	struct joist_bytes line;
	int64_t size;

	if (!ask(self, f,
		 joist_make(self, "{offer, Plugin, Hash}", binary(self, f->plugin),
			    hash_term(self, &f->hash)),
		 &reply))
		return false;
	if (!joist_match(reply, "{ok, Size, Line}", &size, &line) || size <= 0 ||
	    !signature_read(&f->signature, line))
		return refuse(f, "%s of %s came without a size and a signature; run a joist there",
			      f->plugin, name_of(f->node));
	if ((uint64_t)size > f->live->fetch->bytes_max)
		return refuse(f,
			      "%s of %s has %lld bytes, more than the %zu that \"max_bytes\" of "
			      "\"fetch\" of the boot script of %s allows; raise that",
			      f->plugin, name_of(f->node), (long long)size,
			      f->live->fetch->bytes_max, name_of(joist_node(self)));
	f->size = (size_t)size;
	return judge_key(self, f);
}

/* Each piece but the last has just the size that pieces have. */
static bool take_pieces(struct joist_actor *self, struct fetching *f)
{
	struct joist_bytes piece;
	joist_term reply;

	f->bytes = joist_alloc(self, f->size);
	for (size_t at = 0; at < f->size; at += piece.size) {
		size_t rest = f->size - at;

		if (!ask(self, f,
			 joist_make(self, "{piece, Hash, Offset}", hash_term(self, &f->hash),
				    (int64_t)at),
			 &reply))
			return false;
		if (!joist_match(reply, "{ok, Piece}", &piece) ||
		    piece.size != (rest < CODE_SENDER_PIECE ? rest : CODE_SENDER_PIECE))
			return refuse(f, "%s has sent more or less of %s than it said; try again",
				      name_of(f->node), f->plugin);
		memcpy(f->bytes + at, piece.data, piece.size);
	}
	return true;
}

static bool refuse_by(struct fetching *f, const struct report *report)
{
	char line[900] = "";

	if (report->count)
		report_line_text(&report->lines[0], line, sizeof(line));
	return refuse(f, "%s", line);
}

/* What came is a plugin for this node, of that name; puts it into the store. */
static bool keep(struct fetching *f, struct image *image, struct report *report)
{
	char line[SIGNATURE_LINE_MAX];

	if (!image_read_exports(image, report))
		return refuse_by(f, report);
	if (strcmp(image->note.name, f->plugin))
		return refuse(f, "%s of %s is %s; ask for that", f->plugin, name_of(f->node),
			      image->note.name);
	signature_print(&f->signature, line);
	if (!store_keep(f->live->store, image, &f->hash, f->path, report) ||
	    !store_keep_signature(f->live->store, &f->hash, joist_text(line))) {
		f->path[0] = 0;
		return report->count ? refuse_by(f, report)
				     : refuse(f, "the store cannot be written; check the disk");
	}
	return true;
}

/* The bytes, and nothing that stands in them before that is known. */
static void judge(void *fetching)
{
	struct fetching *f = fetching;
	const struct joist_bytes bytes = { f->bytes, f->size };
	struct report report = { 0 };
	struct digest hash;
	struct image image;
	char file[400];

	if (!digest_make(&hash, f->bytes, f->size) || !digest_equal(&hash, &f->hash)) {
		refuse(f,
		       "%s of %s is not what was asked for: its bytes have another hash; try again",
		       f->plugin, name_of(f->node));
		return;
	}
	if (!signature_fits(&f->signature, bytes)) {
		refuse(f,
		       "%s of %s is not what was signed: its signature does not fit its bytes; "
		       "sign "
		       "it again, and load it there again",
		       f->plugin, name_of(f->node));
		return;
	}
	snprintf(file, sizeof(file), "%s of %s", f->plugin, name_of(f->node));
	if (image_read_bytes(&image, file, bytes, &load_node, &report)) {
		keep(f, &image, &report);
		image_finish(&image);
	} else {
		refuse_by(f, &report);
	}
	report_finish(&report);
}

/* args: {Server, Node, Plugin, Hash}. Tells the server {fetched, Hash, Path}, or a sentence in an
 * error. */
void code_fetch(struct joist_actor *self, joist_term args)
{
	struct fetching f = { .live = (struct live *)joist_export_data(self) };
	struct joist_bytes plugin, hash;
	joist_pid server;

	if (!joist_match(args, "{Server, Node, Plugin, Hash}", &server, &f.node, &plugin, &hash) ||
	    !read_hash(hash, &f.hash))
		return;
	snprintf(f.plugin, sizeof(f.plugin), "%.*s", (int)plugin.size, (const char *)plugin.data);
	f.deadline_ns = joist_now_ns(self) + FETCH_MS * INT64_C(1000000);
	if (take_offer(self, &f) && take_pieces(self, &f))
		joist_blocking(self, judge, &f);
	joist_send(self, server,
		   f.path[0] ? joist_make(self, "{fetched, Hash, Path}", hash_term(self, &f.hash),
					  binary(self, f.path))
			     : joist_make(self, "{fetched, Hash, {error, Sentence}}",
					  hash_term(self, &f.hash), binary(self, f.sentence)));
}

/* ---- the server's part ---- */

/* Why nothing comes from that node; none if it may. */
static joist_term judge_node(struct joist_actor *self, const struct live *live, const char *plugin,
			     joist_atom node)
{
	const char *here = name_of(joist_node(self));

	if (!live->fetch)
		return code_refusal(
			self,
			"%s does not have this file of %s and fetches none; load it there, "
			"or give its boot script \"fetch\"",
			here, plugin);
	if (!fetch_knows_peer(live->fetch, node))
		return code_refusal(
			self,
			"%s fetches no code from %s; add that to \"peers\" of \"fetch\" in "
			"its boot script",
			here, name_of(node));
	if (!live->fetch->key_count)
		return code_refusal(
			self,
			"%s trusts nobody's signature; add a key to \"keys\" of \"fetch\" "
			"in its boot script",
			here);
	return (joist_term){ 0 };
}

static struct code_fetch *find(struct code_fetch *fetch, const struct digest *hash)
{
	while (fetch && !digest_equal(&fetch->hash, hash))
		fetch = fetch->next;
	return fetch;
}

static struct code_fetch *begin(struct joist_actor *self, struct code_fetch **fetches,
				joist_atom node, const char *plugin, const struct digest *hash)
{
	const struct joist_spawn_options options = { .monitor = true };
	struct code_fetch *fetch = joist_alloc(self, sizeof(*fetch));

	*fetch = (struct code_fetch){ .next = *fetches, .hash = *hash, .waiters = joist_nil() };
	joist_spawn_with(self, "code_server:fetch",
			 joist_make(self, "{Server, Node, Plugin, Hash}", joist_self(self), node,
				    binary(self, plugin), hash_term(self, hash)),
			 &options, &fetch->monitor);
	*fetches = fetch;
	return fetch;
}

static void add_waiter(struct joist_actor *self, struct code_fetch *fetch, joist_term from)
{
	joist_term before = fetch->waiters;

	fetch->waiters = joist_keep(self, joist_cons(self, from, before));
	joist_drop(self, before);
}

/* A look at the generations, by a thread that may block. */
struct look {
	struct live *live;
	const char *plugin;
	struct digest hash;
	bool found;
};

static void look_up(void *look)
{
	struct look *l = look;

	l->found = live_has(l->live, joist_text(l->plugin), &l->hash);
}

/* ok, or why not; none if the file has to come first. */
static joist_term answer(struct joist_actor *self, struct live *live, const char *plugin,
			 const struct digest *hash, joist_atom node)
{
	struct look look = { live, plugin, *hash, false };

	if (!image_name_fits(plugin))
		return code_refusal(self, "no plugin has that name");
	joist_blocking(self, look_up, &look);
	return look.found ? joist_make(self, "ok") : judge_node(self, live, plugin, node);
}

bool code_fetch_take(struct joist_actor *self, struct live *live, struct code_fetch **fetches,
		     joist_term from, joist_term request)
{
	struct joist_bytes plugin, bytes;
	struct code_fetch *fetch;
	struct digest hash;
	joist_term reply;
	joist_pid pid;
	char name[64];

	if (!joist_match(request, "{fetch, Plugin, Hash}", &plugin, &bytes) ||
	    plugin.size >= sizeof(name) || !read_hash(bytes, &hash) ||
	    !joist_match(from, "{Pid, _}", &pid))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)plugin.size, (const char *)plugin.data);
	reply = answer(self, live, name, &hash, joist_node_of(self, pid));
	if (!joist_is_none(reply)) {
		joist_reply(self, from, reply);
		return true;
	}
	fetch = find(*fetches, &hash);
	if (!fetch)
		fetch = begin(self, fetches, joist_node_of(self, pid), name, &hash);
	add_waiter(self, fetch, from);
	return true;
}

/* All who wait hear of it. */
static void end(struct joist_actor *self, struct code_fetch **fetches, struct code_fetch *fetch,
		joist_term reply)
{
	struct code_fetch **at = fetches;
	joist_term list = fetch->waiters, from;

	while (*at != fetch)
		at = &(*at)->next;
	*at = fetch->next;
	while (joist_list_next(&list, &from))
		joist_reply(self, from, reply);
	joist_drop(self, fetch->waiters);
	joist_free(self, fetch);
}

struct arrival {
	struct live *live;
	char path[PATH_MAX];
	bool done;
	char line[1024]; /* why not */
};

static void arrive(void *arrival)
{
	struct arrival *a = arrival;
	struct report report = { 0 };

	a->done = live_arrive(a->live, a->path, &report);
	if (report.count)
		report_line_text(&report.lines[0], a->line, sizeof(a->line));
	report_finish(&report);
}

/* Loads what has come; what those who wait are told. */
static joist_term load(struct joist_actor *self, struct live *live, struct joist_bytes path)
{
	struct arrival *a = joist_alloc(self, sizeof(*a));
	joist_term reply;

	*a = (struct arrival){ .live = live };
	snprintf(a->path, sizeof(a->path), "%.*s", (int)path.size, (const char *)path.data);
	joist_blocking(self, arrive, a);
	reply = a->done ? joist_make(self, "ok") : code_refusal(self, "%s", a->line);
	joist_free(self, a);
	return reply;
}

static struct code_fetch *find_monitor(struct code_fetch *fetch, const joist_ref *monitor)
{
	while (fetch && !joist_ref_equal(fetch->monitor, *monitor))
		fetch = fetch->next;
	return fetch;
}

bool code_fetch_go_on(struct joist_actor *self, struct live *live, struct code_fetch **fetches,
		      joist_term message)
{
	struct code_fetch *fetch;
	struct joist_bytes bytes, path;
	struct digest hash;
	joist_term result;
	joist_ref monitor;

	if (joist_match(message, "{'DOWN', Monitor, process, _, _}", &monitor)) {
		fetch = find_monitor(*fetches, &monitor);
		if (fetch)
			end(self, fetches, fetch, code_refusal(self, "the fetch was ended"));
		return true;
	}
	if (!joist_match(message, "{fetched, Hash, Result}", &bytes, &result) ||
	    !read_hash(bytes, &hash))
		return false;
	fetch = find(*fetches, &hash);
	if (fetch)
		end(self, fetches, fetch,
		    joist_get_bytes(result, &path) ? load(self, live, path) : result);
	return true;
}
