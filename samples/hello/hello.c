/* The smallest actor: a function. When it returns, the actor has ended; as it is a significant child of
 * the only supervisor (boot.json), the node ends with it. */
#include <joist/joist.h>

static void hello(struct joist_actor *self, joist_term args)
{
	struct joist_bytes whom;

	if (joist_match(args, "Whom", &whom))
		joist_print(self, "hello, %.*s", (int)whom.size, (const char *)whom.data);
}

JOIST_PLUGIN("hello", "1.0", JOIST_ACTOR(hello));
