/* The server `net_kernel`, as far as others speak to it: net_adm:ping is a call of is_auth. And
 * those who keep a node connected. */
#include <joist/server.h>

#include "../builtin.h"
#include "otp.h"

/* Between attempts to connect: doubled each time, and up to a fifth more or less. */
#define RETRY_MIN_MS 200
#define RETRY_MAX_MS 30000

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	(void)state;
	if (joist_match(request, "{is_auth, _}"))
		return joist_make(self, "yes");
	return joist_make(self, "{error, badarg}");
}

static void ignore(struct joist_actor *self, void *state, joist_term message)
{
	(void)self, (void)state, (void)message;
}

static const struct joist_server server = { .call = call, .cast = ignore, .info = ignore };

/* Connects to the node again whenever it is lost. */
static void keep(struct joist_actor *self, joist_term args)
{
	int64_t wait_ms = RETRY_MIN_MS;
	joist_atom node;

	if (!joist_get_atom(args, &node))
		return;
	for (;;) {
		if (joist_node_connect(self, node, JOIST_INFINITY)) {
			joist_node_monitor(self, node, true);
			joist_receive_match(self, JOIST_INFINITY, "{nodedown, ^Node}", &node);
			wait_ms = RETRY_MIN_MS;
		}
		int64_t jitter =
			(int64_t)((uint64_t)joist_now_ns(self) % (uint64_t)(wait_ms * 2 / 5));
		joist_sleep(self, wait_ms * 4 / 5 + jitter);
		wait_ms = wait_ms * 2 < RETRY_MAX_MS ? wait_ms * 2 : RETRY_MAX_MS;
		joist_receive_timeout(self, 0); /* the turn's end */
	}
}

static const struct joist_export exports[] = { JOIST_SERVER(server), JOIST_ACTOR(keep) };

const struct joist_plugin net_kernel_plugin = JOIST_BUILTIN("net_kernel", exports);
