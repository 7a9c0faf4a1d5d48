/* Actors for a node that takes part in an Erlang cluster: what an Erlang shell can talk to. */
#include <joist/server.h>

static void echo(struct joist_actor *self, joist_term args)
{
	joist_term term;
	joist_pid from;

	(void)args;
	for (;;) {
		if (joist_match(joist_receive(self), "{From, Term}", &from, &term))
			joist_send(self, from, joist_make(self, "{echo, Term}", term));
	}
}

/* ---- a server, to Erlang a gen_server ---- */

struct count {
	int64_t n;
};

static joist_term counter_call(struct joist_actor *self, void *state, joist_term request)
{
	struct count *count = state;
	int64_t by;

	if (joist_is_atom(request, "get"))
		return joist_int(self, count->n);
	if (joist_match(request, "{add, N}", &by))
		return joist_int(self, count->n += by);
	joist_exit(self, request); /* of `crash`, and of what it does not know */
}

static void counter_cast(struct joist_actor *self, void *state, joist_term message)
{
	struct count *count = state;
	int64_t by;

	(void)self;
	if (joist_match(message, "{add, N}", &by))
		count->n += by;
}

static void counter_info(struct joist_actor *self, void *state, joist_term message)
{
	(void)self, (void)state, (void)message;
}

static const struct joist_server counter = {
	.state_size = sizeof(struct count),
	.call = counter_call,
	.cast = counter_cast,
	.info = counter_info,
};

/* ---- one that does to others as it is told, and tells what it sees ---- */

/* What the command gives; none if it is no command. */
static joist_term obey(struct joist_actor *self, joist_term command)
{
	joist_term dest, what;
	joist_pid pid;
	joist_ref ref;

	if (joist_match(command, "{monitor, Dest}", &dest))
		return joist_make(self, "{ok, Ref}", joist_monitor(self, dest));
	if (joist_match(command, "{demonitor, Ref}", &ref))
		joist_demonitor_flush(self, ref);
	else if (joist_match(command, "{link, Pid}", &pid))
		joist_link(self, pid);
	else if (joist_match(command, "{unlink, Pid}", &pid))
		joist_unlink(self, pid);
	else if (joist_match(command, "{exit2, Pid, Reason}", &pid, &what))
		joist_exit_to(self, pid, what);
	else if (joist_match(command, "{send, Dest, Msg}", &dest, &what))
		joist_send_to(self, dest, what);
	else if (joist_is_atom(command, "self"))
		return joist_pid_term(self, joist_self(self));
	else
		return (joist_term){ 0 };
	return joist_make(self, "ok");
}

/* It traps exits, so its supervisor's is a message: it has to obey. */
static void end_with_parent(struct joist_actor *self, joist_term message)
{
	joist_pid pid;
	joist_term reason;

	if (joist_match(message, "{'EXIT', Pid, Reason}", &pid, &reason) &&
	    joist_pid_equal(pid, joist_parent(self)))
		joist_exit(self, reason);
}

static void watcher(struct joist_actor *self, joist_term args)
{
	joist_pid latest = { 0 }, from;

	(void)args;
	joist_trap_exit(self, true);
	for (;;) {
		joist_term message = joist_receive(self), command, result = { 0 };
		end_with_parent(self, message);
		if (joist_match(message, "{From, Command}", &from, &command))
			result = obey(self, command);
		if (!joist_is_none(result))
			latest = from;
		if (!joist_pid_is_none(latest))
			joist_send(self, latest,
				   joist_make(self, "{watcher, R}",
					      joist_is_none(result) ? message : result));
	}
}

/* ---- a member of groups ---- */

static joist_term change(struct joist_actor *self, const char *what, joist_term group)
{
	joist_term reply;

	joist_call(self, "pg",
		   joist_make(self, "{What, Group, Self}", joist_atom_new(what), group,
			      joist_self(self)),
		   5000, &reply);
	return joist_make(self, "ok");
}

static void pgm(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;) {
		joist_term message = joist_receive(self), group, result;
		joist_pid from;

		if (joist_match(message, "{From, {join, G}}", &from, &group))
			result = change(self, "join_local", group);
		else if (joist_match(message, "{From, {leave, G}}", &from, &group))
			result = change(self, "leave_local", group);
		else if (joist_match(message, "{From, {members, G}}", &from, &group))
			joist_call(self, "pg", joist_make(self, "{members, G}", group), 5000,
				   &result);
		else
			continue;
		joist_send(self, from, joist_make(self, "{pgm, R}", result));
	}
}

JOIST_PLUGIN("otp", "1.0", JOIST_ACTOR(echo), JOIST_SERVER(counter), JOIST_ACTOR(watcher),
	     JOIST_ACTOR(pgm));
