/* An actor that kills its own supervisor from inside when somebody connects to it. It tells where it
 * listens, and where the listener beside it, named echo, does. */
#include <joist/joist.h>

static void killer(struct joist_actor *self, joist_term args)
{
	int fd = joist_listen(self, "127.0.0.1:0");
	joist_term answer;
	int port = 0;

	(void)args;
	joist_call(self, "echo", joist_make(self, "port"), 5000, &answer);
	joist_match(answer, "{ok, Port}", &port);
	joist_print(self, "ports %d %d", port, joist_port(self, fd));
	joist_accept(self, fd, JOIST_INFINITY);
	joist_exit_to(self, joist_parent(self), joist_make(self, "kill"));
	joist_receive(self);
}

JOIST_PLUGIN("killer", "1.0", JOIST_ACTOR(killer));
