/* The nodes that pids, references and ports belong to, as small numbers, for the life of the process.
 * 0 is this node. A node that was started anew (another creation) is another one. Any thread; reading
 * takes no lock. */
#ifndef JOIST_VM_TERM_NODES_H
#define JOIST_VM_TERM_NODES_H

#include <joist/term.h>

/* The most of them. */
#define NODES_MAX 65535

/* The number, above 0, of the node of that name and creation; 0 when there are NODES_MAX. Whether a
 * name is this node's own is for the caller to see. */
uint32_t nodes_make(joist_atom name, uint32_t creation);

/* The same if it is known already, else 0. */
uint32_t nodes_find(joist_atom name, uint32_t creation);

joist_atom nodes_name(uint32_t node);
uint32_t nodes_creation(uint32_t node);

/* Names this node, which is nonode@nohost with creation 0 before. */
void nodes_set_self(joist_atom name, uint32_t creation);

/* Below, at or above zero as node `a` sorts before `b`: by name, then by creation. */
int nodes_compare(uint32_t a, uint32_t b);

#endif
