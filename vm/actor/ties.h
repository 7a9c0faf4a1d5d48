/* Ties: what an actor's end concerns. Three sets of one form:
 *
 *   links         id: the other's pid id.  note: TIE_... and our number of this link.  other: its number
 *   monitors      id: the monitor's number.  note: the name monitored, or 0.  other: the pid id monitored
 *   monitored_by  id: the monitor's number.  note: likewise, or TIE_CALL.     other: the pid id of who does
 *
 * Only the actor itself touches its sets. A set of one takes one allocation of 32 bytes, which
 * it keeps for the next; a large one is a hash table, so that a tie costs the same among a million. */
#ifndef JOIST_VM_ACTOR_TIES_H
#define JOIST_VM_ACTOR_TIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tie {
	uint64_t id; /* 0: an empty place, or, with a node, the first process of one of Erlang's */
	uint64_t other;
	uint32_t node; /* of `id` in links, else of `other`; 0 for this node */
	uint32_t note;
};

/* A link's number is the one that the receiver of the exit gave it, so that the exit of an earlier link
 * between the same two, undone since, is told from that of this one. With this it counts in any case. */
#define LINK_BY_OTHER (UINT32_C(1) << 31)

#define TIE_CALL UINT32_MAX /* the monitor is part of a call, and ends with its answer */
#define TIE_START (UINT32_MAX - 1) /* likewise of a start, which is answered after the first turn */

/* Places for ties, as many as a power of two. */
struct tie_table {
	uint32_t count, room;
	struct tie places[];
};

struct ties {
	struct tie_table *table; /* NULL: none */
};

static inline uint32_t ties_count(const struct ties *ties)
{
	return ties->table ? ties->table->count : 0;
}

static inline size_t ties_bytes(const struct ties *ties)
{
	return ties->table ? sizeof(*ties->table) + ties->table->room * sizeof(struct tie) : 0;
}

/* Instead of a node: whatever it is, where `id` is a number that nothing else has. */
#define TIES_ANY_NODE UINT32_MAX

/* The tie, or NULL. It may move at the next ties_add or ties_remove. */
struct tie *ties_find(const struct ties *ties, uint64_t id, uint32_t node);

/* The tie of that id, made if it is not there (its other fields then zero); NULL when memory is short. */
struct tie *ties_add(struct ties *ties, uint64_t id, uint32_t node);

/* Removes the tie, which must be from ties_find or ties_add just now. */
void ties_remove(struct ties *ties, struct tie *tie);

/* The rest of the following. */
struct tie *ties_next_of(struct tie_table *table, uint32_t *position);
void ties_free(struct ties *ties);

/* The next tie from `*position` (0 at first) on, NULL at the end. The set may not change meanwhile. */
static inline struct tie *ties_next(const struct ties *ties, uint32_t *position)
{
	return ties->table ? ties_next_of(ties->table, position) : NULL;
}

static inline void ties_finish(struct ties *ties)
{
	if (ties->table)
		ties_free(ties);
}

#endif
