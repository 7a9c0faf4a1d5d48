/* Sets of ties, as open-addressed hash tables that start with a single place. */
#include "vm/actor/ties.h"

#include "vm/base/bug.h"
#include "vm/base/heap.h"

/* Up to here a table may be full: looking through it costs nothing. */
#define SMALL_ROOM 4

static uint32_t home_of(const struct ties *ties, uint64_t id)
{
	return (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (ties->room - 1);
}

static struct tie *probe(const struct ties *ties, uint64_t id, uint32_t node)
{
	uint32_t at = home_of(ties, id);

	for (uint32_t tries = 0; tries < ties->room; tries++) {
		struct tie *tie = &ties->places[at];
		if (tie->id == 0 || (tie->id == id && tie->node == node))
			return tie;
		at = (at + 1) & (ties->room - 1);
	}
	return NULL;
}

struct tie *ties_find(const struct ties *ties, uint64_t id, uint32_t node)
{
	struct tie *tie = ties->room ? probe(ties, id, node) : NULL;

	return tie && tie->id ? tie : NULL;
}

static bool resize(struct ties *ties, uint32_t room)
{
	struct ties new = { .places = heap_take_zero(room * sizeof(struct tie)), .room = room };

	if (!new.places)
		return false;
	for (uint32_t i = 0; i < ties->room; i++) {
		if (ties->places[i].id)
			*probe(&new, ties->places[i].id, ties->places[i].node) = ties->places[i];
	}
	new.count = ties->count;
	ties_finish(ties);
	*ties = new;
	return true;
}

static bool is_full(const struct ties *ties)
{
	return ties->room <= SMALL_ROOM ? ties->count == ties->room
					: ties->count >= ties->room / 4 * 3;
}

struct tie *ties_add(struct ties *ties, uint64_t id, uint32_t node)
{
	struct tie *tie = ties_find(ties, id, node);

	joist_assert(id != 0);
	if (tie)
		return tie;
	if (is_full(ties) && !resize(ties, ties->room ? 2 * ties->room : 1))
		return NULL;
	tie = probe(ties, id, node);
	*tie = (struct tie){ .id = id, .node = node };
	ties->count++;
	return tie;
}

/* Closes the gap at `hole`: whatever would no longer be found past it moves up. */
static void close_gap(struct ties *ties, uint32_t hole)
{
	uint32_t mask = ties->room - 1, at = hole;

	for (uint32_t tries = 1; tries < ties->room; tries++) {
		at = (at + 1) & mask;
		if (ties->places[at].id == 0)
			break;
		uint32_t home = home_of(ties, ties->places[at].id);
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			ties->places[hole] = ties->places[at];
			hole = at;
		}
	}
	ties->places[hole].id = 0;
}

void ties_remove(struct ties *ties, struct tie *tie)
{
	close_gap(ties, (uint32_t)(tie - ties->places));
	ties->count--;
	if (ties->count == 0)
		ties_finish(ties);
	else if (ties->room > 64 && ties->count < ties->room / 8)
		resize(ties, ties->room / 2); /* a failure only keeps it large */
}

struct tie *ties_next(const struct ties *ties, uint32_t *position)
{
	while (*position < ties->room) {
		struct tie *tie = &ties->places[(*position)++];
		if (tie->id)
			return tie;
	}
	return NULL;
}

void ties_finish(struct ties *ties)
{
	heap_give(ties->places, ties->room * sizeof(struct tie));
	*ties = (struct ties){ 0 };
}
