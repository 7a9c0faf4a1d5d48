/* Module erlang: what other nodes ask of one by rpc, and what spawns there come to. */
#include "../builtin.h"
#include "otp.h"

static const struct joist_export exports[] = {
	{ "apply",
	  JOIST_EXPORT_LOOP,
	  0,
	  JOIST_CODE(void, otp_apply, (struct joist_actor *, joist_term)),
	  NULL,
	  NULL,
	  0,
	  { NULL, NULL } },
};

const struct joist_plugin erlang_plugin = JOIST_BUILTIN("erlang", exports);
