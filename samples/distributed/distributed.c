/* Supervision over three nodes, told by an actor of one of them, which starts the others. Its end is the
 * node's (boot.json). The workers say to it when they start and stop, and where. */
#include <joist/option.h>
#include <joist/server.h>

#include <stdio.h>
#include <string.h>

#define WAIT_MS 30000 /* for what must come */

#define NORTH "'north@127.0.0.1'"
#define SOUTH "'south@127.0.0.1'"

/* ---- a worker: it counts ---- */

struct worker {
	joist_atom name;
	int64_t count;
};

static void say(struct joist_actor *self, const char *what, joist_atom name)
{
	joist_send_to(self, joist_make(self, "{teller, 'home@127.0.0.1'}"),
		      joist_make(self, "{What, Name, Node}", joist_atom_new(what), name,
				 joist_node(self)));
}

static void worker_init(struct joist_actor *self, void *state, joist_term args)
{
	struct worker *worker = state;

	joist_trap_exit(self, true);
	joist_get_atom(args, &worker->name);
	say(self, "up", worker->name);
}

static joist_term worker_call(struct joist_actor *self, void *state, joist_term request)
{
	struct worker *worker = state;
	int64_t by;

	if (!joist_match(request, "{add, By}", &by))
		joist_exit(self, joist_make(self, "badarith"));
	worker->count += by;
	return joist_int(self, worker->count);
}

static void worker_terminate(struct joist_actor *self, void *state, joist_term reason)
{
	struct worker *worker = state;

	if (joist_is_atom(reason, "shutdown"))
		say(self, "down", worker->name);
}

static const struct joist_server worker = {
	.state_size = sizeof(struct worker),
	.init = worker_init,
	.call = worker_call,
	.terminate = worker_terminate,
};

/* ---- what the teller does ---- */

/* What a node is called here: its name up to the @. */
static const char *short_name(struct joist_actor *self, joist_atom node)
{
	char *name = joist_alloc(self, joist_atom_name(node).size + 1);

	strcpy(name, joist_atom_name(node).data);
	*strchr(name, '@') = 0;
	return name;
}

/* Waits for what the next worker says; whether it is that. */
static bool hear(struct joist_actor *self, const char *what, const char *name, const char *node)
{
	joist_atom said, who, where;

	if (!joist_receive_match(self, WAIT_MS, "{Said, Who, Where}", &said, &who, &where)) {
		joist_print(self, "     nobody says anything");
		return false;
	}
	joist_print(self, "     %s is %s on %s", (const char *)joist_atom_name(who).data,
		    (const char *)joist_atom_name(said).data, short_name(self, where));
	return joist_is_atom(joist_atom_term(said), what) &&
	       joist_is_atom(joist_atom_term(who), name) &&
	       strcmp(short_name(self, where), node) == 0;
}

/* Has `name` on `node` add that; whether it then has `expected`. */
static bool add(struct joist_actor *self, const char *name, const char *node, const char *request,
		int64_t expected)
{
	char whom[100];
	joist_term reply, dest;
	int64_t count = -1;

	snprintf(whom, sizeof(whom), "%s@127.0.0.1", node);
	dest = joist_make(self, "{Name, Node}", joist_atom_new(name), joist_atom_new(whom));
	if (joist_call(self, dest, joist_parse(self, request, NULL), WAIT_MS, &reply) == JOIST_OK)
		joist_match(reply, "Count", &count);
	if (count >= 0)
		joist_print(self, "     %s on %s says %lld", name, node, (long long)count);
	return count == expected;
}

static joist_pid supervise(struct joist_actor *self, const char *map)
{
	return joist_spawn_link(self, "supervisor:supervisor", joist_parse(self, map, NULL));
}

static void stop(struct joist_actor *self, joist_pid supervisor)
{
	joist_exit_to(self, supervisor, joist_make(self, "shutdown"));
}

/* ---- the other nodes ---- */

static joist_pid start_node(struct joist_actor *self, const char *name)
{
	const char *run = joist_option_text(self, joist_nil(), "run", "");

	return joist_spawn_link(self, "exec:program",
				joist_make(self, "#{command => [Run, Name], owner => Self}",
					   joist_binary(self, joist_text(run)),
					   joist_binary(self, joist_text(name)), joist_self(self)));
}

static bool await_node(struct joist_actor *self, joist_pid node)
{
	return joist_receive_match(self, WAIT_MS, "{exec, ^Node, {stdout, _}}", &node);
}

/* ---- the stories ---- */

static bool tell_child(struct joist_actor *self)
{
	joist_print(self, "1. A child on another node");
	joist_print(self, "   home starts a supervisor. Its child shall run on north.");
	supervise(self, "#{children => [#{id => apples, start => <<\"distributed:worker\">>, "
			"args => apples, register => apples, node => " NORTH "}]}");
	if (!hear(self, "up", "apples", "north"))
		return false;
	joist_print(self, "   home calls it as it would call an actor of its own.");
	return add(self, "apples", "north", "{add, 20}", 20) &&
	       add(self, "apples", "north", "{add, 22}", 42);
}

static bool tell_crash(struct joist_actor *self)
{
	joist_print(self, "2. It crashes");
	joist_print(self,
		    "   apples is told to add \"many\", which it cannot. That is its end. The");
	joist_print(self, "   supervisor on home hears of it, and has north start another one.");
	add(self, "apples", "north", "{add, many}", 0);
	return hear(self, "up", "apples", "north") && add(self, "apples", "north", "{add, 1}", 1);
}

static bool tell_all(struct joist_actor *self, joist_pid *ret_supervisor)
{
	joist_print(self, "3. One for all, on three nodes");
	joist_print(self, "   Three that can only work together are started in their order.");
	*ret_supervisor = supervise(
		self, "#{strategy => one_for_all, children => ["
		      "#{id => a, start => <<\"distributed:worker\">>, args => pears},"
		      "#{id => b, start => <<\"distributed:worker\">>, args => plums,"
		      "  register => plums, node => " NORTH "},"
		      "#{id => c, start => <<\"distributed:worker\">>, args => figs, node => " SOUTH
		      "}]}");
	if (!hear(self, "up", "pears", "home") || !hear(self, "up", "plums", "north") ||
	    !hear(self, "up", "figs", "south"))
		return false;
	joist_print(self, "   plums crashes. The others are stopped, the last one first; then all");
	joist_print(self, "   are started again.");
	add(self, "plums", "north", "{add, many}", 0);
	return hear(self, "down", "figs", "south") && hear(self, "down", "pears", "home") &&
	       hear(self, "up", "pears", "home") && hear(self, "up", "plums", "north") &&
	       hear(self, "up", "figs", "south");
}

static bool tell_stop(struct joist_actor *self, joist_pid supervisor)
{
	joist_print(self, "4. Their supervisor is stopped");
	joist_print(self,
		    "   It stops its children before, wherever they run. None is left behind.");
	stop(self, supervisor);
	return hear(self, "down", "figs", "south") && hear(self, "down", "plums", "north") &&
	       hear(self, "down", "pears", "home") &&
	       joist_receive_match(self, WAIT_MS, "{'EXIT', ^Supervisor, shutdown}", &supervisor);
}

static bool tell_kill(struct joist_actor *self, joist_pid north)
{
	joist_pid supervisor;

	joist_print(self, "5. A node is killed");
	joist_print(self, "   dates may run on north, or, if north is lost, on south.");
	supervisor = supervise(self, "#{children => [#{id => dates, start => "
				     "<<\"distributed:worker\">>, args => dates, "
				     "register => dates, nodes => [" NORTH ", " SOUTH "]}]}");
	if (!hear(self, "up", "dates", "north"))
		return false;
	joist_print(self, "   kill -9 north");
	joist_send(self, north, joist_make(self, "{signal, 9}"));
	if (!hear(self, "up", "dates", "south") || !add(self, "dates", "south", "{add, 7}", 7))
		return false;
	stop(self, supervisor);
	return hear(self, "down", "dates", "south");
}

static void tell(struct joist_actor *self, joist_term args)
{
	joist_pid north, south, group = { 0 };
	int told;

	(void)args;
	joist_trap_exit(self, true);
	north = start_node(self, "north");
	south = start_node(self, "south");
	if (!await_node(self, north) || !await_node(self, south))
		joist_exit(self, joist_make(self, "no_nodes"));
	joist_print(self, "Three nodes run on this machine: home, north and south.");
	told = tell_child(self);
	told += tell_crash(self);
	told += tell_all(self, &group);
	told += tell_stop(self, group);
	told += tell_kill(self, north);
	joist_print(self, "%d of 5 stories", told);
}

JOIST_PLUGIN("distributed", "1.0", JOIST_SERVER(worker), JOIST_ACTOR(tell));
