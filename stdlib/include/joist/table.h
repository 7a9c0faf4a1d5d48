/* Tables: keys and values that all actors of a node share, Erlang's ets. Made for much reading and
 * little writing. What is read is a copy, so it never changes under the reader.
 *
 * A table ends with the actor that owns it, unless it was made to be kept. Its handle is a plain value
 * that may be stored and sent (as the integer `id`); of a table that has ended it is harmless. Keys are
 * equal by joist_equal. */
#ifndef JOIST_TABLE_H
#define JOIST_TABLE_H

#include <joist/joist.h>

JOIST_BEGIN

/* A table of this node; `id` 0 is none. */
typedef struct {
	uint64_t id;
} joist_table;

struct joist_table_options {
	const char *name; /* for joist_table_find, at most 255 bytes; NULL: none */
	bool kept; /* stays when its owner ends, until joist_table_drop */
};

/* A new table, owned by the caller; none if another has the name.
 * [actor] borrows options, which may be NULL; exits {badarg, <<"joist_table_new">>} for a name that is
 * too long, system_limit when there are too many tables or memory is short */
JOIST_PUBLIC joist_table joist_table_new(struct joist_actor *self,
					 const struct joist_table_options *options);

/* The table of that name, or none.
 * [any] borrows name */
JOIST_PUBLIC joist_table joist_table_find(const char *name);

/* Ends a table. Whether there was one.
 * [any] */
JOIST_PUBLIC bool joist_table_drop(joist_table table);

/* Makes the caller the owner, as whose end the table's will be, kept or not. Whether there was one.
 * [actor] */
JOIST_PUBLIC bool joist_table_own(struct joist_actor *self, joist_table table);

/* A copy of the value at `key`; none if there is none.
 * [actor] */
JOIST_PUBLIC joist_term joist_table_get(struct joist_actor *self, joist_table table,
					joist_term key);

/* Whether there is a value at `key`.
 * [any] */
JOIST_PUBLIC bool joist_table_has(joist_table table, joist_term key);

/* Puts a copy of `value` at a copy of `key`, in place of one that is there; or only if there is none.
 * False if that is so, or the table has ended.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC bool joist_table_put(struct joist_actor *self, joist_table table, joist_term key,
				  joist_term value);
JOIST_PUBLIC bool joist_table_put_new(struct joist_actor *self, joist_table table, joist_term key,
				      joist_term value);

/* Adds `by` to the integer at `key`, which is 0 if there is none, in one step. False if there is
 * something else, the sum does not fit, or the table has ended.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC bool joist_table_add(struct joist_actor *self, joist_table table, joist_term key,
				  int64_t by, int64_t *ret_sum);

/* Takes `key` and its value out. Whether they were there.
 * [any] */
JOIST_PUBLIC bool joist_table_remove(joist_table table, joist_term key);

/* How many keys there are.
 * [any] */
JOIST_PUBLIC size_t joist_table_size(joist_table table);

/* All of it: a list of {Key, Value}, in no order; not one moment's where others write meanwhile.
 * [actor] exits {limit, memory} or system_limit when memory is short */
JOIST_PUBLIC joist_term joist_table_list(struct joist_actor *self, joist_table table);

JOIST_END

#endif
