/* A supervision tree as one term, the map that its root supervisor would be started with, in which those
 * below it stand; and as the actors that it is of. A path is the list of the ids of the supervisors on the
 * way from the root. By an actor; the terms live until its turn ends. */
#ifndef JOIST_LOADER_TREE_H
#define JOIST_LOADER_TREE_H

#include <joist/joist.h>

/* The value at the atom `key`; none if there is none, or `map` is none. */
joist_term tree_field(joist_term map, const char *key);

/* The tree with all of its supervisors' flags, also those that go without saying. */
joist_term tree_whole(struct joist_actor *self, joist_term tree);

/* What runs, as its supervisors tell it; none if the root does not answer. */
joist_term tree_running(struct joist_actor *self, joist_pid root);

/* The supervisor at the path, as a map; none if there is none. */
joist_term tree_at(joist_term tree, joist_term path);

/* The tree with `map` there. */
joist_term tree_put(struct joist_actor *self, joist_term tree, joist_term path, joist_term map);

/* The child of that id of a supervisor; none if there is none. */
joist_term tree_child(joist_term map, joist_term id);

/* A supervisor with these children. */
joist_term tree_with(struct joist_actor *self, joist_term map, const joist_term *children,
		     size_t count);

/* A path that is longer by `id`, and as text, as in "sub/c1". */
joist_term tree_below(struct joist_actor *self, joist_term path, joist_term id);
const char *tree_text(struct joist_actor *self, joist_term path);

/* Who runs as the supervisor at the path; nobody if none does. */
joist_pid tree_pid(struct joist_actor *self, joist_pid root, joist_term path);

/* What which_children says of the child of that id: its pid, undefined, restarting; none if there is
 * none. */
joist_term tree_state(struct joist_actor *self, joist_pid supervisor, joist_term id);

#endif
