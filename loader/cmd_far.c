/* joist ping, call, rpc and stop: questions to another node, of Joist or of Erlang. */
#include "loader/verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <joist/joist.h>

#include "loader/far_ask.h"

static void answer(struct joist_actor *self, joist_term term)
{
	if (!joist_is_none(term))
		far_done(self, term);
}

/* ---- ping ---- */

static void ping_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	joist_term request = joist_make(self, "{is_auth, Self}", joist_node(self));

	if (!joist_is_none(far_call(self, &q, joist_make(self, "net_kernel"), request)))
		far_done(self, joist_make(self, "pong"));
}

static enum verb_result ping(int count, char **arguments)
{
	(void)count;
	return far_ask(arguments[0], "[]", ping_body);
}

/* ---- call ---- */

static void call_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	joist_term name, request;

	joist_match(q.request, "{Name, Request}", &name, &request);
	answer(self, far_call(self, &q, name, request));
}

/* The two texts in one: a name need not be written as an atom is. */
static enum verb_result ask_with(const char *node, const char *format, const char *one,
				 const char *two,
				 void (*body)(struct joist_actor *self, joist_term args))
{
	size_t size = strlen(format) + strlen(one) + strlen(two) + 1;
	char *text = malloc(size);
	enum verb_result result = VERB_FAILED;

	if (text) {
		snprintf(text, size, format, one, two);
		result = far_ask(node, text, body);
	}
	free(text);
	return result;
}

static enum verb_result call_verb(int count, char **arguments)
{
	(void)count;
	return ask_with(arguments[0], "{'%s', %s}", arguments[1], arguments[2], call_body);
}

/* ---- rpc ---- */

static void rpc_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);

	answer(self, far_apply(self, &q, q.request));
}

/* mod:fun(Args) becomes {mod, fun, [Args]}. */
static enum verb_result rpc(int count, char **arguments)
{
	char *module = arguments[1], *function = strchr(module, ':');
	char *args = function ? strchr(function, '(') : NULL;
	size_t size = strlen(module);

	(void)count;
	if (!args || module[size - 1] != ')') {
		fprintf(stderr, "joist: error: \"%s\" is no call; write mod:fun(Args)\n", module);
		return VERB_MISUSED;
	}
	*function++ = *args++ = module[size - 1] = 0;
	char *head = malloc(2 * size + 16);
	if (!head)
		return VERB_FAILED;
	snprintf(head, 2 * size + 16, "%s, %s", module, function);
	enum verb_result result = ask_with(arguments[0], "{%s, [%s]}", head, args, rpc_body);
	free(head);
	return result;
}

/* ---- stop ---- */

static enum verb_result stop(int count, char **arguments)
{
	(void)count;
	return far_ask(arguments[0], "{init, stop, []}", rpc_body);
}

static const struct option options[] = { FAR_OPTIONS };

const struct verb verb_ping = {
	.name = "ping",
	.arguments = "NODE",
	.about = "Asks a node whether it is there: pong.",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = ping,
};

const struct verb verb_call = {
	.name = "call",
	.arguments = "NODE NAME TERM",
	.about = "Calls a server of a node, as gen_server:call does, and prints the answer.",
	.options = options,
	.arguments_min = 3,
	.arguments_max = 3,
	.run = call_verb,
};

const struct verb verb_rpc = {
	.name = "rpc",
	.arguments = "NODE mod:fun(Args)",
	.about = "Calls a function of a node's plugin or module, and prints what it returns.",
	.options = options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = rpc,
};

const struct verb verb_stop = {
	.name = "stop",
	.arguments = "NODE",
	.about = "Has a node stop in an orderly way.",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = stop,
};
