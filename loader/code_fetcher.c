/* A file comes from the node that wants an actor of it here, in pieces that are asked for one by one, into
 * the memory of the actor that asks: a peer that stops, or sends something else, has cost no more than
 * that. Only what has the hash that was asked for, and a signature over those bytes by a key that the boot
 * script lists, and is a plugin for this node, is put into the store. Written on the SDK; what takes long
 * runs on a thread that may block. */
#include "loader/code_fetcher.h"

#include <stdarg.h>
#include <string.h>

#include <joist/joist.h>

#include "loader/code_sender.h"
#include "loader/code_words.h"
#include "loader/fetch.h"
#include "loader/live.h"
#include "loader/load.h"

/* A file that has not come by then does not come. */
#define FETCH_MS 60000

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
		return refuse(f, "%s has not sent %s within %d s; try again", code_node(f->node),
			      f->plugin, FETCH_MS / 1000);
	case JOIST_DOWN:
		return refuse(f, "%s cannot be asked for %s, or was lost meanwhile; try again",
			      code_node(f->node), f->plugin);
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
		      f->plugin, code_node(f->node), digits, code_node(joist_node(self)));
}

static bool take_offer(struct joist_actor *self, struct fetching *f)
{
	joist_term reply;
	struct joist_bytes line;
	int64_t size;

	if (!ask(self, f,
		 joist_make(self, "{offer, Plugin, Hash}", code_text(self, f->plugin),
			    code_hash(self, &f->hash)),
		 &reply))
		return false;
	if (!joist_match(reply, "{ok, Size, Line}", &size, &line) || size <= 0 ||
	    !signature_read(&f->signature, line))
		return refuse(f, "%s of %s came without a size and a signature; run a joist there",
			      f->plugin, code_node(f->node));
	if ((uint64_t)size > f->live->fetch->bytes_max)
		return refuse(f,
			      "%s of %s has %lld bytes, more than the %zu that \"max_bytes\" of "
			      "\"fetch\" of the boot script of %s allows; raise that",
			      f->plugin, code_node(f->node), (long long)size,
			      f->live->fetch->bytes_max, code_node(joist_node(self)));
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
			 joist_make(self, "{piece, Hash, Offset}", code_hash(self, &f->hash),
				    (int64_t)at),
			 &reply))
			return false;
		if (!joist_match(reply, "{ok, Piece}", &piece) ||
		    piece.size != (rest < CODE_SENDER_PIECE ? rest : CODE_SENDER_PIECE))
			return refuse(f, "%s has sent more or less of %s than it said; try again",
				      code_node(f->node), f->plugin);
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
		return refuse(f, "%s of %s is %s; ask for that", f->plugin, code_node(f->node),
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
		       f->plugin, code_node(f->node));
		return;
	}
	if (!signature_fits(&f->signature, bytes)) {
		refuse(f,
		       "%s of %s is not what was signed: its signature does not fit its bytes; "
		       "sign "
		       "it again, and load it there again",
		       f->plugin, code_node(f->node));
		return;
	}
	snprintf(file, sizeof(file), "%s of %s", f->plugin, code_node(f->node));
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
void code_fetcher(struct joist_actor *self, joist_term args)
{
	struct fetching f = { .live = (struct live *)joist_export_data(self) };
	struct joist_bytes plugin, hash;
	joist_pid server;

	if (!joist_match(args, "{Server, Node, Plugin, Hash}", &server, &f.node, &plugin, &hash) ||
	    !code_read_hash(hash, &f.hash))
		return;
	snprintf(f.plugin, sizeof(f.plugin), "%.*s", (int)plugin.size, (const char *)plugin.data);
	f.deadline_ns = joist_now_ns(self) + FETCH_MS * INT64_C(1000000);
	if (take_offer(self, &f) && take_pieces(self, &f))
		joist_blocking(self, judge, &f);
	joist_send(self, server,
		   f.path[0] ? joist_make(self, "{fetched, Hash, Path}", code_hash(self, &f.hash),
					  code_text(self, f.path))
			     : joist_make(self, "{fetched, Hash, {error, Sentence}}",
					  code_hash(self, &f.hash), code_text(self, f.sentence)));
}
