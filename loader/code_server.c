/* One actor does all that changes what is loaded, one request after the other; what blocks runs on
 * a thread that may. Written on the SDK, but for what it does to the node. */
#include "loader/code_server.h"

#include <stdlib.h>
#include <string.h>

#include <joist/joist.h>

#include "loader/code_apply.h"
#include "loader/code_fetch.h"
#include "loader/code_fetcher.h"
#include "loader/code_unload.h"
#include "loader/code_upgrade.h"
#include "loader/live.h"
#include "loader/renewal.h"
#include "vm/base/bug.h"

/* So often it looks for old generations that nothing needs any more. */
#define SWEEP_MS 5000

static joist_term text_term(struct joist_actor *self, const char *text)
{
	return joist_binary(self, joist_text(text));
}

/* ---- loading ---- */

struct job {
	struct live *live;
	char *file;
	joist_term config; /* none: the plugin's */
	struct report report;
	struct code *code; /* what was loaded; NULL: nothing */
	struct generation *one;
	bool done;
};

static void load(void *argument)
{
	struct job *job = argument;

	job->code = live_candidate(job->live, job->file, job->config, &job->report);
	job->done = job->code && live_commit(job->live, job->code, &job->report);
}

static joist_term loaded_term(struct joist_actor *self, const struct code *code)
{
	return joist_make(self, "{ok, #{plugin => P, version => V, generation => N}}", code->plugin,
			  text_term(self, code->version), (int64_t)code->generation);
}

static joist_term answer_load(struct joist_actor *self, struct live *live, struct joist_bytes file,
			      joist_term config)
{
	struct job job = { .live = live, .config = config };

	if (!file.size || memchr(file.data, 0, file.size))
		return joist_make(self, "{error, [Line]}",
				  text_term(self, "no file has that name"));
	job.file = joist_alloc(self, file.size + 1);
	memcpy(job.file, file.data, file.size);
	joist_blocking(self, load, &job);
	joist_free(self, job.file);
	joist_term answer = job.done ? loaded_term(self, job.code) : code_error(self, &job.report);
	report_finish(&job.report);
	return answer;
}

/* ---- looking ---- */

static const char *state_name(enum generation_state state)
{
	static const char *const names[] = {
		[GENERATION_CANDIDATE] = "candidate", [GENERATION_COMMITTED] = "committed",
		[GENERATION_PREVIOUS] = "previous",   [GENERATION_OLD] = "old",
		[GENERATION_GUEST] = "guest",	      [GENERATION_PERMANENT] = "permanent",
	};

	return names[state];
}

struct hashing {
	struct live *live;
	struct generation *generation;
};

static void hash(void *hashing)
{
	const struct hashing *h = hashing;

	live_hash(h->live, h->generation);
}

static joist_term generation_term(struct joist_actor *self, struct live *live,
				  struct generation *generation, enum generation_state state)
{
	const struct code *code = &generation->code;
	struct hashing hashing = { live, generation };
	char text[DIGEST_TEXT] = "";

	joist_blocking(self, hash, &hashing);
	if (!digest_is_none(&generation->hash))
		digest_print(&generation->hash, text);
	/* relaxed: for people */
	int64_t pins = atomic_load_explicit(&code->pins, memory_order_relaxed);
	return joist_make(self,
			  "#{plugin => P, generation => N, version => V, state => S, pins => Pins, "
			  "memory => M, hash => H, file => F}",
			  code->plugin, (int64_t)code->generation, text_term(self, code->version),
			  joist_atom_new(state_name(state)), pins,
			  (int64_t)(code->end - code->start), text_term(self, text),
			  text_term(self, generation->file));
}

/* All generations that are of files, newest first, in front of `list`. */
static joist_term generations_of(struct joist_actor *self, struct live *live, joist_atom name,
				 joist_term list)
{
	struct joist_bytes plugin = joist_atom_name(name);
	struct generation *one = NULL;
	enum generation_state state;

	while ((one = registry_next(live->registry, plugin, one, &state))) {
		if (one->path)
			list = joist_cons(self, generation_term(self, live, one, state), list);
	}
	return list;
}

static joist_term answer_plugins(struct joist_actor *self, struct live *live)
{
	joist_term list = joist_nil(), ordered = joist_nil(), one;
	joist_atom name;

	for (size_t i = 0; (name = registry_name(live->registry, i)).word; i++)
		list = generations_of(self, live, name, list);
	while (joist_list_next(&list, &one))
		ordered = joist_cons(self, one, ordered);
	return ordered;
}

/* What was committed last, if it is of a file. */
static struct generation *find_file(struct live *live, joist_atom plugin)
{
	struct code *code = registry_plugin(live->registry, joist_atom_name(plugin));
	struct generation *found = code ? container_of(code, struct generation, code) : NULL;

	return found && found->path ? found : NULL;
}

/* The file's path with its last zero, or what code:which says else. */
static joist_term answer_which(struct joist_actor *self, struct live *live, joist_atom plugin)
{
	struct generation *found = find_file(live, plugin);

	if (found)
		return joist_binary(self,
				    (struct joist_bytes){ found->file, strlen(found->file) + 1 });
	if (live_is_built_in(live, joist_atom_name(plugin)))
		return joist_make(self, "preloaded");
	return joist_make(self, "non_existing");
}

/* ---- the server ---- */

static void sweep(void *live)
{
	live_sweep(live);
}

static joist_term answer(struct joist_actor *self, struct live *live, joist_term request)
{
	joist_term path, options, config = { 0 };
	struct joist_bytes file;
	joist_atom plugin;
	int64_t number;
	bool flag;

	if (joist_match(request, "{load, File}", &file) ||
	    joist_match(request, "{load, File, Config}", &file, &config))
		return answer_load(self, live, file, config);
	if (joist_match(request, "plugins"))
		return answer_plugins(self, live);
	if (joist_match(request, "{which, Plugin}", &plugin))
		return answer_which(self, live, plugin);
	if (joist_match(request, "{unload, Plugin, Purges}", &plugin, &flag))
		return code_unload(self, live, plugin, flag);
	if (joist_match(request, "{purge, Plugin, Ends}", &plugin, &flag))
		return code_purge(self, live, plugin, flag);
	if (joist_match(request, "{upgrade, File, Options}", &path, &options) ||
	    joist_match(request, "{upgrade, File, Options, Config}", &path, &options, &config))
		return code_upgrade(self, live, path, config, options);
	if (joist_match(request, "{compare, File, Config}", &path, &config))
		return code_compare(self, live, path, config);
	if (joist_match(request, "{settle, Plugin}", &plugin))
		return code_settle(self, live, plugin);
	if (joist_match(request, "{rollback, Plugin, Deadline}", &plugin, &number))
		return code_rollback(self, live, plugin, number);
	if (joist_match(request, "{crashes, Plugin, Generation}", &plugin, &number))
		return joist_int(self,
				 renewal_crashes(live, joist_atom_name(plugin), (uint32_t)number));
	return joist_make(self, "{error, badarg}");
}

/* In how many milliseconds it is time to look for old generations, however much there is to do. */
static int64_t sweep_due(struct joist_actor *self, const struct live *live, int64_t swept_ns)
{
	int64_t passed_ms = (joist_now_ns(self) - swept_ns) / 1000000;

	if (!live->has_old)
		return JOIST_INFINITY;
	return passed_ms < SWEEP_MS ? SWEEP_MS - passed_ms : 0;
}

static void server(struct joist_actor *self, joist_term args)
{
	struct live *live = (struct live *)joist_export_data(self);
	struct code_fetch *fetches = NULL;
	int64_t swept_ns = joist_now_ns(self);

	(void)args;
	for (;;) {
		joist_term message = joist_receive_timeout(self, sweep_due(self, live, swept_ns));
		joist_term from, request, reply = { 0 };

		if (live->has_old && !sweep_due(self, live, swept_ns)) {
			joist_blocking(self, sweep, live);
			swept_ns = joist_now_ns(self);
		}
		if (joist_is_none(message))
			continue;
		if (!joist_match(message, "{'$gen_call', From, Request}", &from, &request))
			code_fetch_go_on(self, live, &fetches, message);
		else if (joist_match(request, "{plan, _}") || joist_match(request, "{apply, _, _}"))
			reply = code_apply(self, from, request);
		else if (!code_fetch_take(self, live, &fetches, from, request))
			reply = answer(self, live, request);
		if (!joist_is_none(reply))
			joist_reply(self, from, reply);
	}
}

/* ---- functions ---- */

static joist_term ask(struct joist_actor *self, joist_term request)
{
	joist_term reply;

	if (joist_call(self, joist_make(self, "code_server"), request, JOIST_INFINITY, &reply) !=
	    JOIST_OK)
		joist_exit(self, joist_make(self, "{noproc, code_server}"));
	return reply;
}

static joist_term load_fun(struct joist_actor *self, joist_term file)
{
	return ask(self, joist_make(self, "{load, File}", file));
}

static joist_term plugins(struct joist_actor *self)
{
	return ask(self, joist_make(self, "plugins"));
}

static joist_term unload_fun(struct joist_actor *self, joist_term plugin, joist_term purges)
{
	return ask(self, joist_make(self, "{unload, Plugin, Purges}", plugin, purges));
}

static joist_term ask_which(struct joist_actor *self, joist_term plugin)
{
	return ask(self, joist_make(self, "{which, Plugin}", plugin));
}

static joist_term which(struct joist_actor *self, joist_term plugin)
{
	joist_term file = ask_which(self, plugin);
	struct joist_bytes text;

	return joist_get_bytes(file, &text) ? joist_string(self, text.data) : file;
}

static joist_term is_loaded_fun(struct joist_actor *self, joist_term plugin)
{
	joist_term file = which(self, plugin);

	if (joist_is_atom(file, "non_existing"))
		return joist_bool(false);
	return joist_make(self, "{file, File}", file);
}

/* Again from the file where it came from. */
static joist_term load_file(struct joist_actor *self, joist_term plugin)
{
	joist_term file = ask_which(self, plugin), why;
	struct joist_bytes text;

	if (joist_is_atom(file, "preloaded"))
		return joist_make(self, "{error, sticky_directory}");
	if (!joist_get_bytes(file, &text))
		return joist_make(self, "{error, nofile}");
	text.size--;
	if (!joist_match(load_fun(self, joist_binary(self, text)), "{error, Why}", &why))
		return joist_make(self, "{module, Plugin}", plugin);
	return joist_make(self, "{error, {badfile, Why}}", why);
}

static joist_term soft_purge(struct joist_actor *self, joist_term plugin)
{
	return ask(self, joist_make(self, "{purge, Plugin, false}", plugin));
}

static joist_term purge_fun(struct joist_actor *self, joist_term plugin)
{
	return ask(self, joist_make(self, "{purge, Plugin, true}", plugin));
}

static joist_term upgrade(struct joist_actor *self, joist_term file, joist_term options)
{
	return ask(self, joist_make(self, "{upgrade, File, Options}", file, options));
}

static joist_term rollback(struct joist_actor *self, joist_term plugin, joist_term deadline)
{
	return ask(self, joist_make(self, "{rollback, Plugin, Deadline}", plugin, deadline));
}

static joist_term plan_fun(struct joist_actor *self, joist_term file)
{
	return ask(self, joist_make(self, "{plan, File}", file));
}

static joist_term apply_fun(struct joist_actor *self, joist_term file, joist_term deadline)
{
	return ask(self, joist_make(self, "{apply, File, Deadline}", file, deadline));
}

static void watch(struct joist_actor *self, joist_term args)
{
	code_watch(self, args);
}

static const struct joist_export functions[] = {
	JOIST_FUN(which, 1),
	JOIST_FUN_AS("is_loaded", is_loaded_fun, 1),
	JOIST_FUN(load_file, 1),
	JOIST_FUN(soft_purge, 1),
	JOIST_FUN_AS("purge", purge_fun, 1),
	JOIST_FUN(plugins, 0),
	JOIST_FUN_AS("load", load_fun, 1),
	JOIST_FUN_AS("unload", unload_fun, 2),
	JOIST_FUN(upgrade, 2),
	JOIST_FUN(rollback, 2),
	JOIST_FUN_AS("plan", plan_fun, 1),
	JOIST_FUN_AS("apply", apply_fun, 2),
	JOIST_ACTOR(watch),
};

const struct joist_plugin code_plugin = {
	.size = sizeof(struct joist_plugin),
	.export_size = sizeof(struct joist_export),
	.name = "code",
	.version = "1.0",
	.exports = functions,
	.export_count = sizeof(functions) / sizeof(functions[0]),
};

static void applier(struct joist_actor *self, joist_term args)
{
	code_applier(self, args);
}

static void fetch(struct joist_actor *self, joist_term args)
{
	code_fetcher(self, args);
}

static const struct joist_export servers[] = { JOIST_ACTOR(server), JOIST_ACTOR(applier),
					       JOIST_ACTOR(fetch) };

const struct joist_plugin code_server_plugin = {
	.size = sizeof(struct joist_plugin),
	.export_size = sizeof(struct joist_export),
	.name = "code_server",
	.version = "1.0",
	.exports = servers,
	.export_count = sizeof(servers) / sizeof(servers[0]),
};
