/* The server `net_kernel`, as far as others speak to it: net_adm:ping is a call of is_auth. */
#include <joist/server.h>

#include "../builtin.h"
#include "otp.h"

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

static const struct joist_export exports[] = { JOIST_SERVER(server) };

const struct joist_plugin net_kernel_plugin = JOIST_BUILTIN("net_kernel", exports);
