/* Cookies, ports and the rest of what a node needs to be found. One thread. */
#include "loader/network.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm/dist/epmd.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/parse.h"

#define SUBJECT "joist"

/* As Erlang does, without what ends the line. */
static size_t trimmed(const char *text, size_t size)
{
	while (size && (text[size - 1] == '\n' || text[size - 1] == '\r'))
		size--;
	return size;
}

static bool read_cookie_file(struct network *n, const char *file, struct report *report)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? -1 : read(fd, n->cookie, sizeof(n->cookie));
	int error = errno;

	if (fd >= 0)
		close(fd);
	if (size < 0)
		return report_error(report, file, (struct place){ 0 },
				    "cannot be read (%s); check its path and mode",
				    strerror(error));
	n->options.cookie.size = trimmed(n->cookie, (size_t)size);
	if (!n->options.cookie.size || n->options.cookie.size == sizeof(n->cookie))
		return report_error(report, file, (struct place){ 0 },
				    "holds no cookie; write one line of at most %zu bytes",
				    sizeof(n->cookie) - 1);
	return true;
}

static bool read_cookie(struct network *n, const struct script *script,
			const struct network_given *given, struct report *report)
{
	const char *file = given->cookie_file ? given->cookie_file : script->cookie_file;

	n->options.cookie.data = n->cookie;
	if (!given->cookie)
		return !file || read_cookie_file(n, file, report);
	n->options.cookie.size = strlen(given->cookie);
	if (!n->options.cookie.size || n->options.cookie.size >= sizeof(n->cookie))
		return report_error(report, "--cookie", (struct place){ 0 },
				    "has %zu bytes; write 1 to %zu", n->options.cookie.size,
				    sizeof(n->cookie) - 1);
	memcpy(n->cookie, given->cookie, n->options.cookie.size);
	return true;
}

/* The option, then the environment, then the usual one. */
static bool read_epmd_port(struct network *n, const struct script *script,
			   const struct network_given *given, struct report *report)
{
	const char *text = getenv("ERL_EPMD_PORT");
	char *rest;

	if (script->no_epmd && !given->epmd_port)
		return true;
	n->options.epmd_port = given->epmd_port ? (uint16_t)given->epmd_port : EPMD_PORT;
	if (given->epmd_port || !text || !*text)
		return true;
	long port = strtol(text, &rest, 10);
	if (*rest || port < 1 || port > 65535)
		return report_error(report, "ERL_EPMD_PORT", (struct place){ 0 },
				    "is \"%s\"; write a port from 1 to 65535", text);
	n->options.epmd_port = (uint16_t)port;
	return true;
}

bool network_read(struct network *n, const struct script *script, const struct network_given *given,
		  bool *ret_joins, struct report *report)
{
	*n = (struct network){ 0 };
	if (!read_cookie(n, script, given, report) || !read_epmd_port(n, script, given, report))
		return false;
	n->options.name = script->name;
	n->options.listen = given->listen ? given->listen : script->listen;
	n->options.hidden = given->hidden || script->hidden;
	n->options.net_ticktime_s =
		given->net_ticktime ? (unsigned)given->net_ticktime : script->net_ticktime_s;
	*ret_joins = script->name && n->options.cookie.size;
	return true;
}

/* Each is a server of the standard library, under the name that Erlang calls it by. */
#define SERVICE(name) "#{id => " name ", start => <<\"" name ":server\">>, register => " name "}"
/* clang-format off */
#define SERVICES(more)                                                                             \
	"#{strategy => one_for_one, intensity => 10, period_s => 1, children => ["                 \
	SERVICE("net_kernel") ", " SERVICE("code_server") ", "                                     \
	SERVICE("code_sender") ", " SERVICE("rex") ", "                                            \
	SERVICE("global_name_server") ", " SERVICE("pg") ", " SERVICE("user") more "]}"
static const char services[] = SERVICES("");
static const char services_and_all[] = SERVICES(", " SERVICE("connect_all"));
/* clang-format on */

static void on_started(struct init_host *host)
{
	struct network *n = container_of(host, struct network, host);

	n->started = true;
	sem_post(&n->told);
}

static void on_ended(struct init_host *host, const char *reason)
{
	(void)reason;
	sem_post(&container_of(host, struct network, host)->told);
}

joist_pid network_serve(struct network *n, struct node *node, const struct script *script,
			struct report *report)
{
	const char *text = script->no_connect_all ? services : services_and_all;
	struct arena arena = { 0 };
	joist_term tree = parse_term(&arena, joist_text(text), NULL);
	joist_pid pid = { 0 };

	n->host = (struct init_host){ on_started, on_ended };
	sem_init(&n->told, 0, 0);
	if (joist_is_none(tree))
		report_short(report, SUBJECT);
	else
		pid = node_boot(node, NULL, &n->host, tree, report);
	bins_drop(&arena);
	arena_empty(&arena);
	while (!joist_pid_is_none(pid) && sem_wait(&n->told) < 0)
		;
	if (joist_pid_is_none(pid) || n->started)
		return pid;
	report_short(report, SUBJECT);
	return (joist_pid){ 0 };
}

void network_connect(struct joist_vm *vm, const struct script *script)
{
	const struct value *first = script->connect ? script->connect->first : NULL;

	for (const struct value *node = first; node; node = node->next) {
		joist_atom name = atom_make(node->text, strlen(node->text));
		if (name.word)
			vm_spawn(vm, "net_kernel:keep", atom_term(name), NULL);
	}
}

bool network_report(const struct network *n, int error, struct report *report)
{
	if (error == -EEXIST)
		return report_error(report, SUBJECT, (struct place){ 0 },
				    "the port mapper lists another node %s; stop that one, or take "
				    "another --name",
				    n->options.name);
	return report_error(report, SUBJECT, (struct place){ 0 },
			    "cannot listen at %s (%s); take another --listen",
			    n->options.listen ? n->options.listen : "127.0.0.1:0",
			    strerror(-error));
}
