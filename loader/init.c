/* init, written on the SDK alone.
 *
 * A message `stop` that comes while the tree is being started is taken when that is over. */
#include "loader/init.h"

#include <joist/joist.h>

static void tell_ended(void *data)
{
	const struct init_host *host = data;

	host->ended(host);
}

/* Says what kept the tree from starting. */
static void log_failure(struct joist_actor *self, joist_term reason)
{
	joist_term child, why;

	if (joist_match(reason, "{shutdown, {failed_to_start_child, Child, Why}}", &child, &why))
		joist_log(self, JOIST_ERROR, "the child %s did not start: %s",
			  joist_format(self, child), joist_format(self, why));
	else
		joist_log(self, JOIST_ERROR, "the root supervisor did not start: %s",
			  joist_format(self, reason));
}

/* Follows the root supervisor to its end, and ends with its reason. */
static JOIST_NORETURN void follow(struct joist_actor *self, joist_pid root)
{
	for (;;) {
		joist_term message = joist_receive(self), reason;
		joist_pid from;

		if (joist_match(message, "stop"))
			joist_exit_to(self, root, joist_make(self, "shutdown"));
		else if (joist_match(message, "{'EXIT', From, Reason}", &from, &reason) &&
			 joist_pid_equal(from, root))
			joist_exit(self, reason);
	}
}

static void init(struct joist_actor *self, joist_term tree)
{
	const struct init_host *host = joist_export_data(self);
	const struct joist_spawn_options linked = { .link = true };
	joist_term reason;
	joist_pid root;

	joist_defer(self, tell_ended, (void *)host);
	joist_trap_exit(self, true);
	root = joist_start(self, "supervisor:supervisor", tree, &linked, JOIST_INFINITY, &reason);
	if (joist_pid_is_none(root)) {
		log_failure(self, reason);
		joist_exit(self, reason);
	}
	host->ready(host);
	follow(self, root);
}

static const struct joist_export exports[] = { JOIST_ACTOR(init) };

const struct joist_plugin init_plugin = {
	.size = sizeof(struct joist_plugin),
	.export_size = sizeof(struct joist_export),
	.name = "init",
	.version = "1.0",
	.exports = exports,
	.export_count = 1,
};
