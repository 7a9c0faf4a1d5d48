/* Actors that hear of nodes that come and go. */
#ifndef JOIST_VM_DIST_WATCHERS_H
#define JOIST_VM_DIST_WATCHERS_H

#include "vm/dist/dist.h"

/* Which nodes one hears of. */
enum watch_kind { WATCH_VISIBLE, WATCH_HIDDEN, WATCH_ALL };

/* Has `pid` hear, by {nodeup, Node} and {nodedown, Node}, once for each time that it asked; or
 * takes that back, all of that kind. False when memory is short. Any thread. */
bool watchers_add(struct dist *dist, joist_pid pid, enum watch_kind kind);
void watchers_remove(struct dist *dist, joist_pid pid, enum watch_kind kind);

/* The same for the loss of one node, by {nodedown, Node}, which ends it. */
bool watchers_add_node(struct dist *dist, joist_pid pid, joist_atom node);
void watchers_remove_node(struct dist *dist, joist_pid pid, joist_atom node);

/* Tells them; or, that a connection could not be made, those who watch that node. On the thread
 * of the dist. */
void watchers_tell(struct dist *dist, joist_atom node, bool hidden, bool up);
void watchers_tell_refused(struct dist *dist, joist_atom node);

void watchers_finish(struct dist *dist);

#endif
