/* Who waits for which file of another node's. Each file is fetched by an actor of its own, and loaded when
 * it is in the store. Written on the SDK; what takes long runs on a thread that may block. */
#include "loader/code_fetch.h"

#include <string.h>

#include <joist/joist.h>

#include "loader/code_words.h"
#include "loader/fetch.h"

struct code_fetch {
	struct code_fetch *next;
	struct digest hash;
	joist_ref monitor; /* of the actor that fetches */
	joist_term waiters; /* a list of From, kept */
};

/* Why nothing comes from that node; none if it may. */
static joist_term judge_node(struct joist_actor *self, const struct live *live, const char *plugin,
			     joist_atom node)
{
	const char *here = code_node(joist_node(self));

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
			here, code_node(node));
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
				    code_text(self, plugin), code_hash(self, hash)),
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
	    plugin.size >= sizeof(name) || !code_read_hash(bytes, &hash) ||
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
	    !code_read_hash(bytes, &hash))
		return false;
	fetch = find(*fetches, &hash);
	if (fetch)
		end(self, fetches, fetch,
		    joist_get_bytes(result, &path) ? load(self, live, path) : result);
	return true;
}
