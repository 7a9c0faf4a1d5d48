/* A supervisor of three workers, with each strategy in turn. Worker b is killed; the strategies
 * differ in who is stopped and who is started again. */
#include <joist/server.h>

#include <stdio.h>
#include <string.h>

static void init(struct joist_actor *self, void *state, joist_term args)
{
	joist_trap_exit(self, true);
	joist_get_atom(args, (joist_atom *)state);
	joist_send_to(self, "demo", joist_make(self, "{Name, up}", args));
}

static void terminate(struct joist_actor *self, void *state, joist_term reason)
{
	if (joist_is_atom(reason, "shutdown"))
		joist_send_to(self, "demo", joist_make(self, "{Name, down}", *(joist_atom *)state));
}

static const struct joist_server worker = { sizeof(joist_atom), init, .terminate = terminate };

static void show(struct joist_actor *self, const char *when, int count)
{
	char line[256] = "";
	joist_atom name, what;

	while (count-- && joist_receive_match(self, 5000, "{Name, What}", &name, &what))
		snprintf(strchr(line, 0), 32, " %s %s;", (const char *)joist_atom_name(name).data,
			 (const char *)joist_atom_name(what).data);
	joist_print(self, "%s:%s", when, line);
}

static void demo(struct joist_actor *self, joist_term args)
{
	static const char *const strategies[] = { "one_for_one", "rest_for_one", "one_for_all" };
	static const int counts[] = { 1, 3, 5 };

	joist_register(self, "demo", joist_self(self));
	joist_trap_exit(self, true);
	for (int i = 0; i < 3; i++) {
		joist_term map = joist_make(self, "#{strategy => Strategy, children => Children}",
					    joist_atom_new(strategies[i]), args);
		joist_pid pid = joist_spawn_link(self, "supervisor:supervisor", map);

		show(self, "start", 3);
		joist_exit_to(self, joist_whereis(self, "b"), joist_make(self, "kill"));
		show(self, strategies[i], counts[i]);
		joist_exit_to(self, pid, joist_make(self, "shutdown"));
		show(self, "stop", 3);
		/* Only then are the names free for the next ones. */
		joist_receive_match(self, 5000, "{'EXIT', P, _}", &pid);
	}
}

JOIST_PLUGIN("supervised", "1.0", JOIST_SERVER(worker), JOIST_ACTOR(demo));
