/* The server `connect_all`, of Joist's own: visible nodes that know one get to know the others, as
 * OTP's nodes do by `global`. When a node comes, it is told whom this one knows, and connects to those
 * that it lacks; an OTP node has nobody of that name, and is not troubled. Of two nodes that are both
 * connected with a third, the later one is told of the earlier: so in the end each is connected with
 * each. */
#include <joist/node.h>
#include <joist/server.h>

#include "../builtin.h"

static void tell(struct joist_actor *self, joist_term node)
{
	joist_send_to(self, joist_make(self, "{connect_all, Node}", node),
		      joist_make(self, "{known, Nodes}", joist_nodes(self, JOIST_NODES_VISIBLE)));
}

static void init(struct joist_actor *self, void *state, joist_term args)
{
	joist_term nodes, node;

	(void)state, (void)args;
	joist_nodes_monitor(self, JOIST_NODES_VISIBLE, true);
	nodes = joist_nodes(self, JOIST_NODES_VISIBLE);
	while (joist_list_next(&nodes, &node))
		tell(self, node);
}

/* args: nodes that this one may lack. One after the other, in an actor of their own. */
static void meet(struct joist_actor *self, joist_term args)
{
	joist_term item;
	joist_atom node;

	while (joist_list_next(&args, &item)) {
		if (joist_get_atom(item, &node))
			joist_node_connect(self, node, JOIST_INFINITY);
	}
}

static void info(struct joist_actor *self, void *state, joist_term message)
{
	joist_term node, nodes;

	(void)state;
	if (joist_match(message, "{nodeup, Node}", &node))
		tell(self, node);
	else if (joist_match(message, "{known, Nodes}", &nodes))
		joist_spawn(self, "connect_all:meet", nodes);
}

static const struct joist_server server = { .init = init, .info = info };

static const struct joist_export exports[] = { JOIST_SERVER(server), JOIST_ACTOR(meet) };

const struct joist_plugin connect_all_plugin = JOIST_BUILTIN("connect_all", exports);
