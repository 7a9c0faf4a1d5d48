/* Sets of ties, as open-addressed hash tables that start with a single place. */
#include "vm/actor/ties.h"

#include "vm/base/bug.h"
#include "vm/base/heap.h"

/* Up to here a table may be full: looking through it costs nothing. */
#define SMALL_ROOM 4

static bool is_empty(const struct tie *tie)
{
	return tie->id == 0 && tie->node == 0;
}

static uint32_t home_of(const struct tie_table *t, uint64_t id)
{
	return (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (t->room - 1);
}

/* Where the tie is, or the empty place where it would be; NULL if the table is full of others. */
static struct tie *probe(struct tie_table *t, uint64_t id, uint32_t node)
{
	uint32_t at = home_of(t, id);

	for (uint32_t tries = 0; tries < t->room; tries++) {
		struct tie *tie = &t->places[at];
		if (is_empty(tie) ||
		    (tie->id == id && (tie->node == node || node == TIES_ANY_NODE)))
			return tie;
		at = (at + 1) & (t->room - 1);
	}
	return NULL;
}

struct tie *ties_find(const struct ties *ties, uint64_t id, uint32_t node)
{
	struct tie *tie = ties->table ? probe(ties->table, id, node) : NULL;

	return tie && !is_empty(tie) ? tie : NULL;
}

/* The first one, which most sets have no other than. */
static struct tie *begin(struct ties *ties, struct tie tie)
{
	struct tie_table *t = heap_take(sizeof(*t) + sizeof(tie));

	if (!t)
		return NULL;
	*t = (struct tie_table){ .count = 1, .room = 1 };
	t->places[0] = tie;
	ties->table = t;
	return t->places;
}

static bool resize(struct ties *ties, uint32_t room)
{
	struct tie_table *old = ties->table;
	struct tie_table *new = heap_take_zero(sizeof(*new) + room * sizeof(struct tie));

	if (!new)
		return false;
	new->room = room;
	for (uint32_t i = 0; i < old->room; i++) {
		if (!is_empty(&old->places[i]))
			*probe(new, old->places[i].id, old->places[i].node) = old->places[i];
	}
	new->count = old->count;
	ties_finish(ties);
	ties->table = new;
	return true;
}

static bool is_full(const struct tie_table *t)
{
	return t->room <= SMALL_ROOM ? t->count == t->room : t->count >= t->room / 4 * 3;
}

struct tie *ties_add(struct ties *ties, uint64_t id, uint32_t node)
{
	struct tie_table *t = ties->table;

	joist_assert(id || node);
	if (!t)
		return begin(ties, (struct tie){ .id = id, .node = node });
	struct tie *tie = probe(t, id, node);
	if (tie && !is_empty(tie))
		return tie;
	if (is_full(t)) {
		if (!resize(ties, 2 * t->room))
			return NULL;
		tie = probe(ties->table, id, node);
	}
	*tie = (struct tie){ .id = id, .node = node };
	ties->table->count++;
	return tie;
}

/* Closes the gap at `hole`: whatever would no longer be found past it moves up. */
static void close_gap(struct tie_table *t, uint32_t hole)
{
	uint32_t mask = t->room - 1, at = hole;

	for (uint32_t tries = 1; tries < t->room; tries++) {
		at = (at + 1) & mask;
		if (is_empty(&t->places[at]))
			break;
		uint32_t home = home_of(t, t->places[at].id);
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			t->places[hole] = t->places[at];
			hole = at;
		}
	}
	t->places[hole] = (struct tie){ 0 };
}

void ties_remove(struct ties *ties, struct tie *tie)
{
	struct tie_table *t = ties->table;

	close_gap(t, (uint32_t)(tie - t->places));
	t->count--;
	if (t->count == 0 && t->room > 1)
		ties_finish(ties);
	else if (t->room > 64 && t->count < t->room / 8)
		resize(ties, t->room / 2); /* a failure only keeps it large */
}

struct tie *ties_next_of(struct tie_table *table, uint32_t *position)
{
	while (*position < table->room) {
		struct tie *tie = &table->places[(*position)++];
		if (!is_empty(tie))
			return tie;
	}
	return NULL;
}

void ties_free(struct ties *ties)
{
	heap_give(ties->table, ties_bytes(ties));
	ties->table = NULL;
}
