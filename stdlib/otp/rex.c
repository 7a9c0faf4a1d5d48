/* The server `rex`, to which rpc went before there was erpc, and to which some still speak. Calls
 * run in actors of their own. */
#include <joist/server.h>

#include "../builtin.h"
#include "otp.h"

/* What rpc:call returns for an outcome of otp_call. */
static joist_term answer_of(struct joist_actor *self, joist_term outcome)
{
	joist_term value, stack;

	if (joist_match(outcome, "{return, V}", &value) ||
	    joist_match(outcome, "{throw, V}", &value))
		return value;
	if (joist_match(outcome, "{error, R, Stack}", &value, &stack))
		return joist_make(self, "{badrpc, {'EXIT', {R, Stack}}}", value, stack);
	joist_match(outcome, "{exit, R}", &value);
	return joist_make(self, "{badrpc, {'EXIT', R}}", value);
}

/* args: {Reply, M, F, A}, where Reply is {call, From}, {send, Pid} or none. */
static void caller(struct joist_actor *self, joist_term args)
{
	joist_term reply, list, from;
	joist_atom module, function;
	joist_pid pid;

	if (!joist_match(args, "{Reply, M, F, A}", &reply, &module, &function, &list))
		return;
	joist_term answer = answer_of(self, otp_call(self, module, function, list));
	if (joist_match(reply, "{call, From}", &from))
		joist_reply(self, from, answer);
	else if (joist_match(reply, "{send, Pid}", &pid))
		joist_send(self, pid, joist_make(self, "{rex, Answer}", answer));
}

static void start(struct joist_actor *self, joist_term reply, joist_term m, joist_term f,
		  joist_term a)
{
	joist_spawn(self, "rex:caller", joist_make(self, "{Reply, M, F, A}", reply, m, f, a));
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	joist_term m, f, a;

	(void)state;
	if (!joist_match(request, "{call, M, F, A, _}", &m, &f, &a) &&
	    !joist_match(request, "{block_call, M, F, A, _}", &m, &f, &a))
		return joist_make(self, "{badrpc, {'EXIT', badarg}}");
	start(self, joist_make(self, "{call, From}", joist_from(self)), m, f, a);
	return joist_noreply;
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	joist_term m, f, a;

	(void)state;
	if (joist_match(message, "{cast, M, F, A, _}", &m, &f, &a))
		start(self, joist_make(self, "none"), m, f, a);
}

/* To who has the name; what became of it, to who asked. */
static void broadcast(struct joist_actor *self, joist_pid from, joist_atom name, joist_term message)
{
	joist_atom node = joist_node(self);
	joist_pid to = joist_whereis(self, joist_atom_name(name).data);

	if (joist_pid_is_none(to)) {
		joist_send(self, from,
			   joist_make(self, "{rex, Node, {nonexisting_name, Name}}", node, name));
		return;
	}
	joist_send(self, to, message);
	joist_send(self, from, joist_make(self, "{rex, Node, Same}", node, node));
}

static void info(struct joist_actor *self, void *state, joist_term message)
{
	joist_term m, f, a, what;
	joist_atom name;
	joist_pid from;

	(void)state;
	if (joist_match(message, "{From, features_request}", &from))
		joist_send(self, from,
			   joist_make(self, "{features_reply, Node, [erpc]}", joist_node(self)));
	else if (joist_match(message, "{From, {call, M, F, A, _}}", &from, &m, &f, &a))
		start(self, joist_make(self, "{send, Pid}", from), m, f, a);
	else if (joist_match(message, "{From, {sbcast, Name, What}}", &from, &name, &what))
		broadcast(self, from, name, what);
	else if (joist_match(message, "{_, {send, Name, What}}", &name, &what) &&
		 !joist_pid_is_none(joist_whereis(self, joist_atom_name(name).data)))
		joist_send_to(self, name, what);
}

static const struct joist_server server = { .call = call, .cast = cast, .info = info };

static const struct joist_export exports[] = { JOIST_SERVER(server), JOIST_ACTOR(caller) };

const struct joist_plugin rex_plugin = JOIST_BUILTIN("rex", exports);
