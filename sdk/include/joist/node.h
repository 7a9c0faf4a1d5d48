/* Other nodes: who is connected, and hearing of those that come and go. A node is connected to by
 * itself when something is sent there; these are for more than that. */
#ifndef JOIST_NODE_H
#define JOIST_NODE_H

#include <joist/actor.h>

JOIST_BEGIN

/* The node that `pid` is of.
 * [actor] exits {badarg, <<"joist_node_of">>} for nobody */
JOIST_PUBLIC joist_atom joist_node_of(struct joist_actor *self, joist_pid pid);

enum joist_nodes {
	JOIST_NODES_VISIBLE,
	JOIST_NODES_HIDDEN, /* connected, but not of the cluster's lists */
	JOIST_NODES_CONNECTED, /* both */
	JOIST_NODES_KNOWN, /* those, and all that were once connected, and this one */
};

/* The names of other nodes, as a list.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_nodes(struct joist_actor *self, enum joist_nodes which);

/* Connects to a node, if it is not connected; whether it is then. True for the own node.
 * [actor, yields] false also after `timeout_ms` */
JOIST_PUBLIC bool joist_node_connect(struct joist_actor *self, joist_atom node, int64_t timeout_ms);

/* Ends the connection with a node; whether there was one. Links and monitors of both sides see
 * noconnection.
 * [actor] */
JOIST_PUBLIC bool joist_node_disconnect(struct joist_actor *self, joist_atom node);

/* Asks for a message {nodedown, Node} when the connection with the node is lost; at once if none
 * can be made. Each asking is answered once. `on` false takes one back.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC void joist_node_monitor(struct joist_actor *self, joist_atom node, bool on);

/* Asks for messages {nodeup, Node} and {nodedown, Node} of all nodes of those kinds, before the
 * first and after the last message from there. `on` false takes it back.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC void joist_nodes_monitor(struct joist_actor *self, enum joist_nodes which, bool on);

JOIST_END

#endif
