/* Commands of a puppet that are about other nodes, or about groups, whose members may be of any. */
#include "test/semantics/puppet.h"

#include <string.h>
#include <unistd.h>

/* ---- starting others there ---- */

static joist_pid spawn_at(struct joist_actor *self, const char *what,
			  struct joist_spawn_options options, joist_ref *ret_ref)
{
	return joist_spawn_with(self, what, joist_nil(), &options, ret_ref);
}

static bool do_spawn(struct joist_actor *self, joist_term command, struct answer *answer)
{
	struct joist_spawn_options options = { 0 };
	joist_atom name, ref_name;
	joist_ref ref = { 0 };

	if (joist_match(command, "{spawn_missing_at, Node, Ref}", &options.node, &ref_name)) {
		options.monitor = true;
		spawn_at(self, "nowhere:nothing", options, &ref);
		answer_ref(self, answer, ref_name, ref);
		return true;
	}
	options.link = joist_match(command, "{spawn_link_at, Node, Name}", &options.node, &name);
	options.monitor = joist_match(command, "{spawn_monitor_at, Node, Name, Ref}", &options.node,
				      &name, &ref_name);
	if (!options.link && !options.monitor &&
	    !joist_match(command, "{spawn_at, Node, Name}", &options.node, &name))
		return false;
	answer_pid(self, answer, name, spawn_at(self, "semantics:puppet", options, &ref));
	if (options.monitor)
		answer_ref(self, answer, ref_name, ref);
	return true;
}

/* ---- nodes ---- */

static bool is_connected(struct joist_actor *self, joist_atom node)
{
	joist_term nodes = joist_nodes(self, JOIST_NODES_VISIBLE), one;

	while (joist_list_next(&nodes, &one))
		if (joist_match(one, "^Node", &node))
			return true;
	return false;
}

static bool do_node(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_atom node;
	bool on;

	if (joist_match(command, "{is_connected, Node}", &node))
		answer_bool(self, answer, "is_connected", is_connected(self, node));
	else if (joist_match(command, "{disconnect, Node}", &node))
		answer_bool(self, answer, "disconnect", joist_node_disconnect(self, node));
	else if (joist_match(command, "{monitor_node, Node, On}", &node, &on))
		joist_node_monitor(self, node, on);
	else if (joist_match(command, "{monitor_nodes, On}", &on))
		joist_nodes_monitor(self, JOIST_NODES_VISIBLE, on);
	else
		return false;
	return true;
}

/* ---- what the test does, when it is asked to: it makes the file `sign` when it has ---- */

static bool do_outside(struct joist_actor *self, joist_term command)
{
	joist_atom what, sign;

	if (!joist_match(command, "{outside, What, Sign}", &what, &sign))
		return false;
	joist_print(self, "outside: %s", (const char *)joist_atom_name(what).data);
	while (unlink((const char *)joist_atom_name(sign).data))
		joist_yield(self);
	return true;
}

/* ---- large messages: only their size is told ---- */

static bool do_large(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_term to, tag, message;
	struct joist_bytes bytes;
	int64_t size;

	if (joist_match(command, "{send_large, To, Tag, Size}", &to, &tag, &size)) {
		bytes = (struct joist_bytes){ joist_alloc(self, (size_t)size), (size_t)size };
		memset((void *)(uintptr_t)bytes.data, 'x', (size_t)size);
		joist_send_to(self, to, joist_make(self, "{Tag, Bytes}", tag, bytes));
	} else if (joist_match(command, "{recv_large, Tag}", &tag)) {
		joist_receive_match(self, JOIST_INFINITY, "Message", &message);
		if (joist_match(message, "{^Tag, Bytes}", &tag, &bytes))
			message = joist_make(self, "{large, Tag, Size}", tag, (int64_t)bytes.size);
		else
			message = joist_make(self, "{got, Message}", message);
		answer_observe(self, answer, message);
	} else {
		return false;
	}
	return true;
}

/* ---- groups ---- */

static joist_term ask(struct joist_actor *self, joist_term request)
{
	joist_term reply = { 0 };

	joist_call(self, "pg", request, JOIST_INFINITY, &reply);
	return reply;
}

static joist_term members(struct joist_actor *self, joist_term group)
{
	return ask(self, joist_make(self, "{members, Group}", group));
}

static bool do_group(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_pid me = joist_self(self);
	joist_term group, pids;
	int64_t count;

	if (joist_match(command, "{join, Group}", &group)) {
		ask(self, joist_make(self, "{join_local, Group, Me}", group, me));
	} else if (joist_match(command, "{leave, Group}", &group)) {
		answer_observe(self, answer,
			       joist_make(self, "{leave, What}",
					  ask(self, joist_make(self, "{leave_local, Group, Me}",
							       group, me))));
	} else if (joist_match(command, "{members, Group, Count}", &group, &count)) {
		do {
			joist_yield(self);
			pids = members(self, group);
		} while (joist_list_size(pids) != count);
		answer_observe(self, answer, joist_make(self, "{members, {set, Pids}}", pids));
	} else {
		return false;
	}
	return true;
}

bool far_do(struct joist_actor *self, joist_term command, struct answer *answer)
{
	return do_spawn(self, command, answer) || do_node(self, command, answer) ||
	       do_large(self, command, answer) || do_group(self, command, answer) ||
	       do_outside(self, command);
}
