/* What calls of the SDK do for actors of other nodes, besides sending the same signals. */
#ifndef JOIST_VM_API_FAR_H
#define JOIST_VM_API_FAR_H

#include "vm/api/self.h"

/* The pid by which a node is addressed of which only the name counts: of nobody, if there are too
 * many. */
joist_pid far_node(joist_atom node);

/* Waits while too much is to be written to that node. */
void far_wait(struct joist_actor *self, uint32_t node);

/* Sends to an alias of another node; to who has the name `name` on the node of `to`. */
void far_send_alias(struct joist_actor *self, joist_term alias, joist_term message);
void far_send_named(struct joist_actor *self, joist_pid to, joist_atom name, joist_term message);

/* Starts an actor on the node of `to`. */
joist_pid far_spawn(struct joist_actor *self, joist_pid to, const char *name, joist_term args,
		    const struct joist_spawn_options *options, uint64_t number);

/* The same, and waits until it has started; else nobody, and why. */
joist_pid far_start(struct joist_actor *self, joist_pid to, const char *name, joist_term args,
		    const struct joist_spawn_options *options, int64_t deadline,
		    joist_term *ret_reason);

#endif
