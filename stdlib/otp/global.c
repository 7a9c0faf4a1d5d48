/* The server `global_name_server`. A Joist node has no part in OTP's global names; but a visible
 * node that says nothing of that keeps others waiting: global:sync for its answer, and locks
 * for its consent. So it says that it is in sync, and consents to all. */
#include <joist/server.h>

#include "../builtin.h"
#include "otp.h"

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	(void)state, (void)request;
	return joist_make(self, "true");
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	joist_atom node;

	(void)state;
	if (joist_match(message, "{init_connect, _, Node, _}", &node))
		joist_cast(self, joist_make(self, "{global_name_server, Node}", node),
			   joist_make(self, "{in_sync, Self, true}", joist_node(self)));
}

static void ignore(struct joist_actor *self, void *state, joist_term message)
{
	(void)self, (void)state, (void)message;
}

static const struct joist_server server = { .call = call, .cast = cast, .info = ignore };

static const struct joist_export exports[] = { JOIST_SERVER(server) };

const struct joist_plugin global_plugin = JOIST_BUILTIN("global_name_server", exports);
