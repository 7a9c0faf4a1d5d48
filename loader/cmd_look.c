/* joist ps, tree and info: looking at the actors of another node, of Joist or of Erlang. All that
 * is asked is what any node answers by rpc; what is printed is the node's own names for its actors. */
#include "loader/verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <joist/joist.h>

#include "loader/far_ask.h"

static joist_term text_term(struct joist_actor *self, const char *text)
{
	return joist_binary(self, joist_text(text));
}

static joist_term processes(struct joist_actor *self, const struct far_question *q)
{
	return far_apply(self, q, joist_make(self, "{erlang, processes, []}"));
}

/* What process_info says to `items`; none if the actor has ended, or there is no answer. */
static joist_term ask(struct joist_actor *self, const struct far_question *q, joist_term pid,
		      joist_term items)
{
	joist_term info = far_apply(
		self, q, joist_make(self, "{erlang, process_info, [Pid, Items]}", pid, items));

	return joist_is_none(info) || joist_is_atom(info, "undefined") ? (joist_term){ 0 } : info;
}

/* Asking one actor after the other, whose own order is the node's. */
static joist_term reversed(struct joist_actor *self, joist_term list)
{
	joist_term result = joist_nil(), item;

	while (joist_list_next(&list, &item))
		result = joist_cons(self, item, result);
	return result;
}

/* ---- ps ---- */

/* A map of what is told of one in a list; none if it has ended. */
static joist_term summary_of(struct joist_actor *self, const struct far_question *q, joist_term pid)
{
	joist_term items = joist_make(self, "[registered_name, current_function, message_queue_len,"
					    " reductions, memory]");
	joist_term info = ask(self, q, pid, items), name, function, queue, reductions, memory;

	if (joist_is_none(info) ||
	    !joist_match(info, "[{_, Name}, {_, F}, {_, Queue}, {_, Reductions}, {_, Memory}]",
			 &name, &function, &queue, &reductions, &memory))
		return (joist_term){ 0 };
	if (joist_type(name) != JOIST_ATOM)
		name = joist_make(self, "null");
	return joist_make(self,
			  "#{pid => Pid, name => Name, function => F, queue => Queue, "
			  "reductions => Reductions, memory => Memory}",
			  text_term(self, far_pid_text(self, pid)), name, function, queue,
			  reductions, memory);
}

static void print_summary(struct joist_actor *self, joist_term summary)
{
	joist_term name, function, queue, reductions, memory;
	struct joist_bytes pid;

	joist_match(summary,
		    "#{pid := Pid, name := Name, function := F, queue := Queue, "
		    "reductions := Reductions, memory := Memory}",
		    &pid, &name, &function, &queue, &reductions, &memory);
	printf("%.*s\t%s\t%s\t%s\t%s\t%s\n", (int)pid.size, (const char *)pid.data,
	       joist_is_atom(name, "null") ? "-" : joist_format(self, name),
	       joist_format(self, function), joist_format(self, queue),
	       joist_format(self, reductions), joist_format(self, memory));
}

static void ps_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	joist_term pids = processes(self, &q), list = joist_nil(), pid;

	if (joist_is_none(pids))
		return;
	if (!far_given.json)
		puts("pid\tname\tfunction\tqueue\treductions\tmemory");
	while (joist_list_next(&pids, &pid)) {
		joist_term summary = summary_of(self, &q, pid);
		if (joist_is_none(summary))
			continue;
		if (far_given.json)
			list = joist_cons(self, summary, list);
		else
			print_summary(self, summary);
	}
	if (far_given.json)
		far_done(self, reversed(self, list));
	else
		far_printed();
}

static enum verb_result ps(int count, char **arguments)
{
	(void)count;
	return far_ask(arguments[0], "[]", ps_body);
}

/* ---- tree ---- */

/* A supervisor, or what passes for one until it has been asked. */
struct node_supervisor {
	struct node_supervisor *next;
	joist_term pid, name, children;
	bool is_child;
};

/* In Joist's nodes the export tells; in Erlang's, where not much else does, the name. */
static bool may_supervise(joist_term name, joist_term function)
{
	struct joist_bytes text;
	joist_atom atom;

	if (joist_match(function, "{supervisor, _, _}"))
		return true;
	if (!joist_get_atom(name, &atom))
		return false;
	text = joist_atom_name(atom);
	return text.size > 4 && !memcmp((const char *)text.data + text.size - 4, "_sup", 4);
}

/* Adds the actor if it is a supervisor. */
static void find_supervisor(struct joist_actor *self, const struct far_question *q, joist_term pid,
			    struct node_supervisor **list)
{
	joist_term info =
		ask(self, q, pid, joist_make(self, "[registered_name, current_function]"));
	joist_term name, function, children;

	if (joist_is_none(info) ||
	    !joist_match(info, "[{_, Name}, {_, Function}]", &name, &function) ||
	    !may_supervise(name, function) ||
	    joist_call(self, pid, joist_make(self, "which_children"), q->timeout_ms, &children) !=
		    JOIST_OK)
		return;
	struct node_supervisor *one = joist_alloc(self, sizeof(*one));
	*one = (struct node_supervisor){ *list, pid, name, children, false };
	*list = one;
}

static struct node_supervisor *supervisor_of(struct node_supervisor *list, joist_term pid)
{
	while (list && !joist_equal(list->pid, pid))
		list = list->next;
	return list;
}

static void mark_children(struct node_supervisor *list)
{
	for (struct node_supervisor *one = list; one; one = one->next) {
		joist_term children = one->children, child, pid;
		while (joist_list_next(&children, &child)) {
			struct node_supervisor *below = joist_match(child, "{_, Pid, _, _}", &pid)
								? supervisor_of(list, pid)
								: NULL;
			if (below)
				below->is_child = true;
		}
	}
}

static joist_term children_term(struct joist_actor *self, struct node_supervisor *list,
				joist_term given);

/* One of which_children, with what is below it. A supervisor that says that it is its own child has
 * nothing below. */
static joist_term child_term(struct joist_actor *self, struct node_supervisor *list,
			     joist_term child)
{
	joist_term id, pid, type;

	if (!joist_match(child, "{Id, Pid, Type, _}", &id, &pid, &type))
		return joist_nil();
	struct node_supervisor *below = supervisor_of(list, pid);
	joist_term children = below ? below->children : joist_nil();
	if (below)
		below->children = joist_nil();
	return joist_make(self, "#{id => Id, pid => Pid, type => Type, children => Children}", id,
			  text_term(self, far_pid_text(self, pid)), type,
			  children_term(self, list, children));
}

static joist_term children_term(struct joist_actor *self, struct node_supervisor *list,
				joist_term given)
{
	joist_term result = joist_nil(), child;

	while (joist_list_next(&given, &child))
		result = joist_cons(self, child_term(self, list, child), result);
	return result; /* which_children has the last one first */
}

static joist_term roots_term(struct joist_actor *self, struct node_supervisor *list)
{
	joist_term result = joist_nil();

	for (struct node_supervisor *one = list; one; one = one->next) {
		joist_term name = joist_type(one->name) == JOIST_ATOM
					  ? one->name
					  : joist_make(self, "supervisor");
		if (!one->is_child)
			result = joist_cons(self,
					    child_term(self, list,
						       joist_make(self, "{Id, Pid, supervisor, []}",
								  name, one->pid)),
					    result);
	}
	return result;
}

static void print_tree(struct joist_actor *self, joist_term trees, int depth)
{
	joist_term tree, id, pid, type, children;
	struct joist_bytes name, text;

	while (joist_list_next(&trees, &tree)) {
		if (!joist_match(tree,
				 "#{id := Id, pid := Pid, type := Type, children := Children}", &id,
				 &pid, &type, &children))
			continue;
		if (!joist_get_bytes(id, &name))
			name = joist_text(joist_format(self, id));
		joist_get_bytes(pid, &text);
		printf("%*s%.*s %.*s %s\n", 2 * depth, "", (int)name.size, (const char *)name.data,
		       (int)text.size, (const char *)text.data, joist_format(self, type));
		print_tree(self, children, depth + 1);
	}
}

static void tree_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	joist_term pids = processes(self, &q), pid;
	struct node_supervisor *list = NULL;

	if (joist_is_none(pids))
		return;
	while (joist_list_next(&pids, &pid))
		find_supervisor(self, &q, pid, &list);
	mark_children(list);
	joist_term trees = roots_term(self, list);
	if (far_given.json) {
		far_done(self, trees);
	} else {
		print_tree(self, trees, 0);
		far_printed();
	}
}

static enum verb_result tree(int count, char **arguments)
{
	(void)count;
	return far_ask(arguments[0], "[]", tree_body);
}

/* ---- info ---- */

static bool is_pid(const char *name)
{
	return *name == '<';
}

/* None, with a line of why, if there is none of that name, or of that pid as its own node writes it. */
static joist_term find(struct joist_actor *self, const struct far_question *q, const char *name)
{
	joist_term atom = joist_atom_term(joist_atom_new(name)), pid;
	joist_term found =
		is_pid(name)
			? processes(self, q)
			: far_apply(self, q, joist_make(self, "{erlang, whereis, [Name]}", atom));

	if (joist_is_none(found) || joist_type(found) == JOIST_PID)
		return found;
	while (joist_list_next(&found, &pid)) {
		if (!strcmp(far_pid_text(self, pid), name))
			return pid;
	}
	fprintf(stderr, "%s: error: no actor is %s; see joist ps\n",
		(const char *)joist_atom_name(q->node).data, name);
	return (joist_term){ 0 };
}

static void info_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	struct joist_bytes name;

	joist_get_bytes(q.request, &name);
	joist_term pid = find(self, &q, name.data), map = joist_map(self, NULL, 0);
	if (joist_is_none(pid))
		return;
	joist_term info =
		far_apply(self, &q, joist_make(self, "{erlang, process_info, [Pid]}", pid));
	joist_term pair, key, value;
	if (joist_is_none(info))
		return;
	while (joist_list_next(&info, &pair)) {
		if (!joist_match(pair, "{Key, Value}", &key, &value))
			continue;
		map = joist_map_put(self, map, key, value);
		if (!far_given.json)
			printf("%s\t%s\n", joist_format(self, key), joist_format(self, value));
	}
	if (far_given.json)
		far_done(self, map);
	else
		far_printed();
}

/* The name goes as a binary with its last zero. */
static enum verb_result info(int count, char **arguments)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_@$.<>-";
	const char *name = arguments[1];
	char text[300];

	(void)count;
	if (strlen(name) > 255 || name[strspn(name, allowed)]) {
		fprintf(stderr, "joist: error: \"%s\" is neither a name nor a pid; see joist ps\n",
			name);
		return VERB_MISUSED;
	}
	snprintf(text, sizeof(text), "<<\"%s\\0\">>", name);
	return far_ask(arguments[0], text, info_body);
}

static const struct option options[] = { FAR_OPTIONS };

const struct verb verb_ps = {
	.name = "ps",
	.arguments = "NODE",
	.about = "Lists the actors of a node.",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = ps,
};

const struct verb verb_tree = {
	.name = "tree",
	.arguments = "NODE",
	.about = "Prints the supervisors of a node, and what they supervise.",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = tree,
};

const struct verb verb_info = {
	.name = "info",
	.arguments = "NODE PID",
	.about = "Prints what a node tells of an actor, which PID or its name says.",
	.options = options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = info,
};
