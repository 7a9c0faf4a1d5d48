/* The children of a supervisor: found by pid in a hash, and, where each has a specification of its own,
 * also in the order of their starts. Those that are away are in a list instead of the hash. */
#ifndef JOIST_STDLIB_CHILDREN_H
#define JOIST_STDLIB_CHILDREN_H

#include "childspec.h"

enum child_status {
	CHILD_STOPPED,
	CHILD_RUNNING,
	CHILD_WAITING, /* to be started again; `pid` is the one that ended */
	CHILD_AWAY, /* the same, when a node is there that it can run on */
};

/* A supervisor may have millions of these: 48 bytes. */
struct child {
	struct child *chain; /* in the hash, or among those away */
	joist_pid pid;
	joist_term args; /* kept; of one whose specification is shared, else none */
	int64_t started_ns; /* or since when it is away */
	uint32_t attempt; /* restarts in a row, for the back-off */
	enum child_status status : 8;
	unsigned place : 8; /* on which of its nodes it is or was */
	bool was_away : 1; /* and has not been started since */
};

/* A child with a specification of its own. */
struct named_child {
	struct child child;
	struct childspec *spec;
	struct named_child *before, *after; /* in the order of their starts */
};

struct children {
	struct child **buckets; /* of the running and waiting ones, by pid */
	size_t bucket_count; /* 0 or a power of two */
	size_t count;
	struct named_child *first, *last;
	struct child *away, *last_away;
	size_t away_count;
};

/* Makes room for one more: the next children_put cannot fail. */
void children_reserve(struct joist_actor *self, struct children *children);

/* Enters a child under its pid, or takes it out. */
void children_put(struct joist_actor *self, struct children *children, struct child *child);
void children_remove(struct children *children, struct child *child);

/* Puts a stopped child at the end of those that are away; takes the first of them, stopped (NULL: there is
 * none), or a certain one. */
void children_put_away(struct children *children, struct child *child);
struct child *children_take_away(struct children *children);
void children_remove_away(struct children *children, struct child *child);

/* The child of that pid that is not stopped, or NULL. */
struct child *children_find(const struct children *children, joist_pid pid);

/* The next of the running and waiting children after `child` (NULL: the first), in no order; NULL after
 * the last. Children must not be entered or taken out meanwhile. */
struct child *children_next(const struct children *children, const struct child *child);

/* A stopped child at the end of the order. Owns `spec`. */
struct named_child *children_add(struct joist_actor *self, struct children *children,
				 struct childspec *spec);

/* The child of that id, or NULL. */
struct named_child *children_named(const struct children *children, joist_term id);

/* Has it be the last in the order. */
void children_move_last(struct children *children, struct named_child *named);

/* Takes a stopped child out of the order and frees it. */
void children_delete(struct joist_actor *self, struct children *children,
		     struct named_child *named);

#endif
