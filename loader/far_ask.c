/* A node for one question. The main thread makes it, and waits for the one actor that asks. */
#include "loader/far_ask.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <joist/joist.h>

#include "loader/far_json.h"
#include "loader/node.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/parse.h"
#include "vm/term/print.h"

struct far_given far_given;

static bool done;

void far_done(struct joist_actor *self, joist_term answer)
{
	if (far_given.json)
		far_json_write(self, answer, stdout);
	else
		fputs(joist_format(self, answer), stdout);
	putchar('\n');
	done = true;
}

void far_printed(void)
{
	done = true;
}

const char *far_pid_text(struct joist_actor *self, joist_term pid)
{
	const char *text = joist_format(self, pid), *rest = strchr(text, '.');
	size_t size = rest ? strlen(rest) + 3 : 0;
	char *own = rest ? joist_alloc(self, size) : NULL;

	if (!rest) /* no pid: what a child of a supervisor is that does not run */
		return text;
	snprintf(own, size, "<0%s", rest);
	return own;
}

void far_tell(joist_term lines)
{
	struct joist_bytes line;
	joist_term one;

	while (joist_list_next(&lines, &one)) {
		if (joist_get_bytes(one, &line))
			fprintf(stderr, "%.*s\n", (int)line.size, (const char *)line.data);
	}
}

void far_failed(struct joist_actor *self, const char *node, joist_term why)
{
	fprintf(stderr, "%s: error: no answer (%s); see that it runs and has this cookie\n", node,
		joist_format(self, why));
}

struct far_question far_question_of(joist_term args)
{
	struct far_question q = { 0 };

	joist_match(args, "{Node, Timeout, Request}", &q.node, &q.timeout_ms, &q.request);
	return q;
}

joist_term far_call(struct joist_actor *self, const struct far_question *q, joist_term name,
		    joist_term request)
{
	joist_term reply;

	switch (joist_call(self, joist_make(self, "{Name, Node}", name, q->node), request,
			   q->timeout_ms, &reply)) {
	case JOIST_OK:
		return reply;
	case JOIST_TIMEOUT:
		reply = joist_make(self, "timeout");
		break;
	case JOIST_DOWN:
		break;
	}
	far_failed(self, joist_atom_name(q->node).data, reply);
	return (joist_term){ 0 };
}

joist_term far_apply(struct joist_actor *self, const struct far_question *q, joist_term mfa)
{
	joist_term m, f, a, why;

	joist_match(mfa, "{M, F, A}", &m, &f, &a);
	joist_term reply =
		far_call(self, q, joist_make(self, "rex"),
			 joist_make(self, "{call, M, F, A, Leader}", m, f, a, joist_self(self)));
	if (joist_is_none(reply) || !joist_match(reply, "{badrpc, Why}", &why))
		return reply;
	far_failed(self, joist_atom_name(q->node).data, why);
	return (joist_term){ 0 };
}

bool far_path(struct text *text, const char *file)
{
	struct arena arena = { 0 };
	char whole[PATH_MAX];
	bool fits;

	if (!realpath(file, whole)) /* the node tells what is wrong with it */
		snprintf(whole, sizeof(whole), "%s", file);
	fits = print_term(text, term_binary(&arena, whole, strlen(whole))) && text_end(text);
	bins_drop(&arena);
	arena_empty(&arena);
	return fits;
}

/* A name on the other's host, as it would be here. */
static void set_name(struct script *script, const char *node, char *name, size_t size)
{
	const char *at = strchr(node, '@');

	snprintf(name, size, "joist-%ld@%s", (long)getpid(), at ? at + 1 : "127.0.0.1");
	script->name = far_given.name ? far_given.name : name;
}

/* {Node, Timeout, Request} */
static joist_term args_term(struct arena *arena, const char *node, const char *request)
{
	struct parse_error error = { 0, NULL };
	joist_term term = parse_term(arena, joist_text(request), &error);
	joist_atom name = atom_make(node, strlen(node));

	if (joist_is_none(term) || !name.word) {
		fprintf(stderr, "joist: error: \"%s\" is no term (%s); write Erlang's\n", request,
			error.message ? error.message : "memory is short");
		return TERM_NONE;
	}
	int64_t ms = far_given.timeout_ms ? far_given.timeout_ms : 5000;
	return term_tuple_of(arena, atom_term(name), term_small(ms), term);
}

static void ask(struct node *node, struct network *network, joist_term args, struct report *report)
{
	const struct vm_options options = { .name = network->options.name,
					    .distribution = &network->options,
					    .schedulers = 1 };

	if (!node_start(node, options, true, report))
		return;
	int error = vm_join(node->vm);
	if (error)
		network_report(network, error, report);
	else
		free(node_await(node, "far:body", args));
}

enum verb_result far_ask(const char *target, const char *request,
			 void (*body)(struct joist_actor *self, joist_term args))
{
	const struct joist_export export = {
		"body", JOIST_EXPORT_LOOP, 0, (void (*)(void))body, NULL, NULL, 0, { NULL, NULL }
	};
	const struct joist_plugin plugin = {
		sizeof(plugin), sizeof(export), "far", "1", &export, 1, { NULL, NULL, NULL, NULL }
	};
	struct script script = { 0 };
	struct report report = { 0 };
	struct arena arena = { 0 };
	struct network network;
	struct node node;
	char name[300];
	bool joins;

	log_level_set(LOG_LEVEL_ERROR);
	set_name(&script, target, name, sizeof(name));
	far_given.network.hidden = true;
	joist_term args = args_term(&arena, target, request);
	if (!joist_is_none(args) &&
	    network_read(&network, &script, &far_given.network, &joins, &report) &&
	    (joins || report_error(&report, "joist", (struct place){ 0 },
				   "needs the cluster's cookie; give --cookie or --cookie-file")) &&
	    node_open(&node, verb_plugins, &report)) {
		if (node_add(&node, &plugin, NULL, &report))
			ask(&node, &network, args, &report);
		node_close(&node);
	}
	report_print(&report, stderr);
	report_finish(&report);
	bins_drop(&arena);
	arena_empty(&arena);
	return done ? VERB_DONE : VERB_FAILED;
}
