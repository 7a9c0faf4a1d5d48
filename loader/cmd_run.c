/* joist run: reads a boot script, and is the node until it ends.
 *
 * The main thread starts everything, then waits for signals and for init. */
#include "loader/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/boot.h"
#include "loader/boot_load.h"
#include "loader/capture.h"
#include "loader/code_sender.h"
#include "loader/code_server.h"
#include "loader/control.h"
#include "loader/home.h"
#include "loader/library.h"
#include "loader/live.h"
#include "loader/load.h"
#include "loader/network.h"
#include "loader/node.h"
#include "loader/node_limits.h"
#include "loader/notify.h"
#include "loader/respawn.h"
#include "loader/schema.h"
#include "loader/script_again.h"
#include "loader/script_bindings.h"
#include "loader/script_check.h"
#include "vm/base/ownfd.h"
#include "vm/io/fd.h"
#include "vm/term/atom.h"

static struct {
	const char *name, *log_level, *log_format;
	struct network_given network;
	bool respawn;
	const char *crash_file;
	const char *store;
	bool from_script;
	int64_t schedulers, ready_fd;
	struct option_texts plugin_paths;
} given = { .ready_fd = -1 };

/* All that a running node has, in the order in which it comes to be. */
struct running {
	struct report report;
	struct node node;
	struct control control;
	struct script script;
	struct network network;
	bool joins; /* takes part in a cluster */
	struct live live;
	const char *shipped; /* where Joist's own plugins are */
	struct capture capture;
	joist_pid init;
	joist_pid services; /* what other nodes expect of one; nobody: it does not join */
	bool stopping;
};

/* An option whose value has not that form. */
static bool report_form(struct report *report, const char *option, const char *text,
			const struct schema_form *form)
{
	return report_error(report, option, (struct place){ 0 }, "is \"%s\"; write %s", text,
			    form->words);
}

/* The same rules as for the script's "listen". */
static bool check_listen(const struct script *script, struct report *report)
{
	char wrong[512];

	if (!given.network.listen)
		return true;
	if (!schema_fits(&schema_address, given.network.listen))
		return report_form(report, "--listen", given.network.listen, &schema_address);
	if (!script_check_listen(script, given.network.listen, wrong, sizeof(wrong)))
		return report_error(report, "--listen", (struct place){ 0 }, "%s", wrong);
	return true;
}

/* What the command line says in place of the script. */
static bool apply_options(struct script *script, struct report *report)
{
	if (given.name && !schema_fits(&schema_node_name, given.name))
		return report_form(report, "--name", given.name, &schema_node_name);
	if (!check_listen(script, report))
		return false;
	if (given.name)
		script->name = given.name;
	if (given.log_level && !log_level_find(given.log_level, &script->log_level))
		return report_error(report, "--log-level", (struct place){ 0 },
				    "is \"%s\"; write one of debug, info, notice, warning, error",
				    given.log_level);
	if (given.log_format && strcmp(given.log_format, "text") &&
	    strcmp(given.log_format, "json"))
		return report_error(report, "--log-format", (struct place){ 0 },
				    "is \"%s\"; write one of text, json", given.log_format);
	if (given.ready_fd >= 0 && fcntl((int)given.ready_fd, F_SETFD, FD_CLOEXEC) < 0)
		return report_error(report, "--ready-fd", (struct place){ 0 },
				    "%d is not open; have the one who starts joist open it",
				    (int)given.ready_fd);
	if (given.log_format)
		script->log_json = !strcmp(given.log_format, "json");
	if (given.schedulers)
		script->schedulers = (unsigned)given.schedulers;
	return true;
}

static bool open_log(struct running *r)
{
	int fd = r->capture.error.to;

	if (r->script.log_file)
		fd = open(r->script.log_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return report_error(&r->report, r->script.log_file, (struct place){ 0 },
				    "cannot be written (%s); check its directory and mode",
				    strerror(errno));
	ownfd_add(fd);
	log_to(fd, r->script.log_json);
	log_level_set(r->script.log_level);
	return true;
}

/* The directory of its store; NULL: none before something is loaded later. */
static const char *store_directory_of(const struct running *r, char room[static PATH_MAX])
{
	if (given.store || r->script.store)
		return given.store ? given.store : r->script.store;
	return r->joins && store_place(r->script.name, room) ? room : NULL;
}

/* A store that nobody has asked for may be out of reach. */
static bool open_store(struct running *r)
{
	struct report report = { 0 };
	char room[PATH_MAX], line[512];
	const char *directory = store_directory_of(r, room);
	bool is_asked = given.store || r->script.store;

	r->live.registry = r->node.registry;
	r->live.fetch = r->script.fetch;
	if (directory)
		r->live.store = store_open(directory, is_asked ? &r->report : &report);
	if (!r->live.store && report.count) {
		report_line_text(&report.lines[0], line, sizeof(line));
		log_say(LOG_LEVEL_NOTICE, "store", "%s", line);
	}
	report_finish(&report);
	if (!r->live.store && !is_asked && r->script.fetch)
		r->live.store = store_open(NULL, &r->report);
	return r->live.store || !(is_asked || r->script.fetch);
}

static bool load_plugins(struct running *r)
{
	const struct boot_load how = { .registry = r->node.registry,
				       .store = r->live.store,
				       .shipped = r->shipped,
				       .from_script = given.from_script,
				       .travels = r->script.fetch };

	return boot_load(&how, &r->script, &r->report) &&
	       script_bindings_load(&r->script, r->node.registry, &r->report);
}

static bool start(struct running *r)
{
	const struct script *script = &r->script;
	struct vm_options options = {
		.name = script->name,
		.schedulers = script->schedulers,
		.slice_us = script->slice_us,
		.limits = script->limits,
		.threads_max = script->threads,
		.distribution = r->joins ? &r->network.options : NULL,
		.stdout_fd = r->capture.out.to,
	};
	int error;

	if (script->fetch)
		options.travel = (struct travel_port){ live_travels, &r->live };
	fd_raise_limit();
	if (!node_start(&r->node, options, true, &r->report))
		return false;
	if (r->joins)
		r->services = network_serve(&r->network, &r->node, script, &r->report);
	if (r->joins && joist_pid_is_none(r->services))
		return false;
	error = vm_join(r->node.vm);
	if (error)
		return network_report(&r->network, error, &r->report);
	if (r->joins)
		network_connect(r->node.vm, script);
	r->init = node_boot(&r->node, "init", &r->control.host, script->tree, &r->report);
	return !joist_pid_is_none(r->init);
}

static const char *node_name(const struct running *r)
{
	return r->script.name ? r->script.name : "nonode@nohost";
}

static void tell_ready(const struct running *r)
{
	dprintf(r->capture.out.to, "ready: %s\n", node_name(r));
	if (given.ready_fd >= 0) {
		dprintf((int)given.ready_fd, "ready: %s\n", node_name(r));
		close((int)given.ready_fd);
	}
	notify_send("READY=1");
}

static void stop(struct running *r)
{
	if (r->stopping) {
		log_say(LOG_LEVEL_ERROR, "stop", "stopped at once, as asked twice");
		_exit(VERB_FAILED);
	}
	r->stopping = true;
	log_say(LOG_LEVEL_NOTICE, "stop", "stopping");
	notify_send("STOPPING=1");
	vm_send(r->node.vm, r->init, ATOM(stop));
}

/* Until init has ended. */
static void attend(struct running *r)
{
	int64_t watchdog_ms = notify_watchdog_ms();

	for (;;) {
		switch (control_wait(&r->control, watchdog_ms)) {
		case CONTROL_READY:
			tell_ready(r);
			break;
		case CONTROL_ENDED:
			return;
		case CONTROL_STOP:
			stop(r);
			break;
		case CONTROL_LIST:
			vm_log_actors(r->node.vm);
			break;
		case CONTROL_TIME:
			notify_send("WATCHDOG=1");
			break;
		}
	}
}

/* Whether the tree may end by itself: a root that gives up has the same reason as one that its
 * significant children ended, `shutdown`. */
static bool may_end(const struct running *r)
{
	const char *shutdown =
		script_text(value_get(r->live.script->root, "supervisor"), "auto_shutdown");

	return r->control.told_ready && shutdown && strcmp(shutdown, "never");
}

/* How the tree has ended. */
static enum verb_result judge_end(const struct running *r)
{
	const char *reason = r->control.reason;
	bool orderly = !strcmp(reason, "normal") || !strcmp(reason, "shutdown") ||
		       !strncmp(reason, "{shutdown,", 10);

	if (orderly && (r->stopping || may_end(r)))
		return VERB_DONE;
	log_say(LOG_LEVEL_ERROR, "stop", "the root supervisor has ended: %s", reason);
	return VERB_FAILED;
}

/* In their order, before all others are killed. */
static void end_services(struct running *r)
{
	struct arena arena = { 0 };

	vm_send(r->node.vm, r->services, atom_term(joist_atom_new("stop")));
	vm_wait(r->node.vm, r->services, &arena);
	arena_empty(&arena);
}

static enum verb_result run_captured(struct running *r)
{
	if (!open_log(r) || !open_store(r) || !load_plugins(r))
		return VERB_FAILED;
	node_limits_atoms(&r->script);
	if (!start(r))
		return VERB_FAILED;
	attend(r);
	if (r->joins)
		end_services(r);
	return judge_end(r);
}

static enum verb_result run_read(struct running *r)
{
	enum verb_result result;
	int error = capture_start(&r->capture);

	if (error) {
		report_error(&r->report, "joist", (struct place){ 0 },
			     "the standard output cannot be taken over (%s); see ulimit -n",
			     strerror(-error));
		return VERB_FAILED;
	}
	result = run_captured(r);
	bool all = node_close(&r->node);
	capture_finish(&r->capture);
	if (ftrylockfile(stdout))
		all = false; /* a plugin has locked it, and exit() would wait for it */
	else
		funlockfile(stdout);
	log_to(STDERR_FILENO, r->script.log_json);
	if (!all) {
		/* What is called at the end of a process is not made for code that still runs. */
		report_print(&r->report, stderr);
		_exit(result);
	}
	return result;
}

static bool prepare(struct running *r, const char *file)
{
	static struct home home;
	static struct script_places places;

	if (!home_find(&home))
		return report_error(&r->report, "joist", (struct place){ 0 },
				    "its own files cannot be found; mount /proc");
	r->shipped = home.plugins;
	places = (struct script_places){ given.plugin_paths.items, home.plugins };
	r->live.places = &places;
	r->live.script = &r->script;
	return boot_read(&r->script, file, &places, &load_node, r->node.registry, &r->report) &&
	       apply_options(&r->script, &r->report) &&
	       network_read(&r->network, &r->script, &given.network, &r->joins, &r->report);
}

static enum verb_result run(int count, char **arguments)
{
	static struct running r;
	enum verb_result result = VERB_FAILED;

	(void)count;
	library_begin();
	if (!node_open(&r.node, verb_plugins, &r.report) ||
	    !node_add(&r.node, &code_plugin, NULL, &r.report) ||
	    !node_add(&r.node, &code_server_plugin, &r.live, &r.report) ||
	    !node_add(&r.node, &code_sender_plugin, &r.live, &r.report)) {
		report_print(&r.report, stderr);
		return VERB_FAILED;
	}
	if (control_open(&r.control) < 0) {
		report_error(&r.report, "joist", (struct place){ 0 },
			     "no descriptors are left; see ulimit -n");
	} else if (prepare(&r, arguments[0])) {
		report_print(&r.report, stderr);
		report_finish(&r.report);
		result = run_read(&r);
	}
	report_print(&r.report, stderr);
	report_finish(&r.report);
	node_close(&r.node);
	store_close(r.live.store);
	script_again_free(r.live.again);
	boot_finish(&r.script);
	return result;
}

/* Becomes the parent of a node, or is one. */
static enum verb_result run_or_respawn(int count, char **arguments)
{
	struct respawn_options how = { (int)given.ready_fd, given.crash_file };
	int ready_fd, code;

	/* A descriptor that is not open is refused by the node. */
	if (!given.respawn || (given.ready_fd >= 0 && fcntl((int)given.ready_fd, F_GETFD) < 0))
		return run(count, arguments);
	log_to(STDERR_FILENO, given.log_format && !strcmp(given.log_format, "json"));
	if (!respawn(&how, &ready_fd, &code))
		return (enum verb_result)code;
	given.ready_fd = ready_fd;
	return run(count, arguments);
}

static const struct option options[] = {
	{ "--name", OPTION_TEXT, &given.name, "NAME@HOST", "the node's name", 0, 0 },
	{ "--cookie", OPTION_TEXT, &given.network.cookie, "COOKIE", "the secret of its cluster", 0,
	  0 },
	{ "--cookie-file", OPTION_TEXT, &given.network.cookie_file, "FILE", "a file with that", 0,
	  0 },
	{ "--hidden", OPTION_FLAG, &given.network.hidden, NULL, "keep out of other nodes' lists", 0,
	  0 },
	{ "--listen", OPTION_TEXT, &given.network.listen, "ADDR:PORT", "where other nodes reach it",
	  0, 0 },
	{ "--epmd-port", OPTION_NUMBER, &given.network.epmd_port, "PORT", "Erlang's port mapper", 1,
	  65535 },
	{ "--schedulers", OPTION_NUMBER, &given.schedulers, "N", "threads that run actors", 1,
	  1024 },
	{ "--net-ticktime", OPTION_NUMBER, &given.network.net_ticktime, "S",
	  "when a silent node is taken for gone", 1, 86400 },
	{ "--log-level", OPTION_TEXT, &given.log_level, "LEVEL", "the least level that is logged",
	  0, 0 },
	{ "--log-format", OPTION_TEXT, &given.log_format, "text|json", "how the log is written", 0,
	  0 },
	{ "--plugin-path", OPTION_TEXTS, &given.plugin_paths, "DIR",
	  "look for plugins here first; may be given often", 0, 0 },
	{ "--store", OPTION_TEXT, &given.store, "DIR", "where the files of loaded plugins are kept",
	  0, 0 },
	{ "--from-script", OPTION_FLAG, &given.from_script, NULL,
	  "load the script's plugins, not those that were loaded later", 0, 0 },
	{ "--respawn", OPTION_FLAG, &given.respawn, NULL, "start the node again if it had to stop",
	  0, 0 },
	{ "--crash-file", OPTION_TEXT, &given.crash_file, "FILE",
	  "with --respawn: add the node's last crash report to it", 0, 0 },
	{ "--ready-fd", OPTION_NUMBER, &given.ready_fd, "N",
	  "a descriptor for the line that says that the node is ready", 3, 1 << 20 },
	{ 0 },
};

const struct verb verb_run = {
	.name = "run",
	.arguments = "BOOT.json",
	.about = "Runs a node by a boot script, in the foreground, until it is stopped.",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = run_or_respawn,
};
