/* init, written on the SDK alone.
 *
 * A message `stop` that comes while the tree is being started is taken when that is over. */
#include "loader/init.h"

#include <signal.h>
#include <unistd.h>

#include <joist/joist.h>

/* Only when init itself is killed; else it takes this back. */
static void tell_killed(void *data)
{
	struct init_host *host = data;

	host->ended(host, "killed");
}

static void tell_ended(struct joist_actor *self, struct init_host *host, joist_term reason)
{
	joist_undefer(self, tell_killed, host);
	host->ended(host, joist_format(self, reason));
}

static struct init_host *host_at(uint64_t address)
{
	return (struct init_host *)(uintptr_t)address;
}

/* Says what kept the tree from starting. */
static void log_failure(struct joist_actor *self, joist_term reason)
{
	struct joist_bytes child;
	joist_term why;

	if (joist_match(reason, "{shutdown, {failed_to_start_child, Child, Why}}", &child, &why))
		joist_log(self, JOIST_ERROR, "the child %.*s did not start: %s", (int)child.size,
			  (const char *)child.data, joist_format(self, why));
	else
		joist_log(self, JOIST_ERROR, "the root supervisor did not start: %s",
			  joist_format(self, reason));
}

/* Follows the root supervisor to its end, and tells why; and who asks, who it is. */
static void follow(struct joist_actor *self, struct init_host *host, joist_pid root)
{
	for (;;) {
		joist_term message = joist_receive(self), reason, caller;
		joist_pid from;

		if (joist_match(message, "stop")) {
			joist_exit_to(self, root, joist_make(self, "shutdown"));
		} else if (joist_match(message, "{'$gen_call', Caller, root}", &caller)) {
			joist_reply(self, caller, joist_pid_term(self, root));
		} else if (joist_match(message, "{'EXIT', From, Reason}", &from, &reason) &&
			   joist_pid_equal(from, root)) {
			tell_ended(self, host, reason);
			return;
		}
	}
}

static void init(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options linked = { .link = true };
	joist_term tree, reason;
	struct init_host *host;
	uint64_t address;
	joist_pid root;

	if (!joist_match(args, "{Host, Tree}", &address, &tree))
		return;
	host = host_at(address);
	joist_defer(self, tell_killed, host);
	joist_trap_exit(self, true);
	root = joist_start(self, "supervisor:supervisor", tree, &linked, JOIST_INFINITY, &reason);
	if (joist_pid_is_none(root)) {
		log_failure(self, reason);
		tell_ended(self, host, reason);
		return;
	}
	host->ready(host);
	follow(self, host, root);
}

static void watch(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options monitored = { .monitor = true };
	joist_term name, actor_args, reason;
	struct joist_bytes text;
	struct init_host *host;
	uint64_t address;
	joist_ref monitor;

	if (!joist_match(args, "{Host, Name, Args}", &address, &name, &actor_args) ||
	    !joist_get_bytes(name, &text))
		return;
	host = host_at(address);
	joist_defer(self, tell_killed, host);
	joist_spawn_with(self, text.data, actor_args, &monitored, &monitor);
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Monitor, process, _, Reason}",
			    &monitor, &reason);
	tell_ended(self, host, reason);
}

/* As Erlang's init:stop(), for other nodes: what SIGTERM does. */
static joist_term stop(struct joist_actor *self)
{
	kill(getpid(), SIGTERM);
	return joist_make(self, "ok");
}

static const struct joist_export exports[] = { JOIST_ACTOR(init), JOIST_ACTOR(watch),
					       JOIST_FUN(stop, 0) };

const struct joist_plugin init_plugin = {
	.size = sizeof(struct joist_plugin),
	.export_size = sizeof(struct joist_export),
	.name = "init",
	.version = "1.0",
	.exports = exports,
	.export_count = sizeof(exports) / sizeof(exports[0]),
};
