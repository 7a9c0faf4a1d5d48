/* What an actor owns beyond its turn, and what goes when it ends: memory of joist_alloc, kept terms, and
 * deferred calls. Only the actor itself touches it. */
#ifndef JOIST_VM_ACTOR_ESTATE_H
#define JOIST_VM_ACTOR_ESTATE_H

#include "vm/term/term.h"

/* A block, in front of what the actor sees of it. */
struct estate_block {
	struct estate_block *next, **link;
	uint64_t bytes : 47; /* of the whole block */
	uint64_t fenced : 1; /* the last of them are a fence */
	uint64_t seal : 16; /* drawn from its address: tells a block from what is none */
	uint64_t *bins; /* of a kept term */
};

struct estate_defer {
	struct estate_defer *next;
	void (*run)(void *argument);
	void *argument;
};

struct estate {
	struct estate_block *blocks;
	struct estate_defer *defers; /* newest first */
	size_t bytes : 63;
	size_t holds : 1; /* what is freed stays: see estate_hold */
};

/* `size` zeroed bytes, NULL when memory is short. */
void *estate_alloc(struct estate *estate, size_t size);

/* The same as realloc: what is added is zero; NULL, with `memory` as it was, when memory is short. */
void *estate_realloc(struct estate *estate, void *memory, size_t size);

void estate_free(struct estate *estate, void *memory);

/* A copy of `term`; none when memory is short. */
joist_term estate_keep(struct estate *estate, joist_term term);

/* Frees a kept copy; false if it is none of this estate's. What has no memory is fine. */
bool estate_drop(struct estate *estate, joist_term kept);

bool estate_defer(struct estate *estate, void (*run)(void *), void *argument);

/* Takes the newest such defer back; whether there was one. */
bool estate_undefer(struct estate *estate, void (*run)(void *), void *argument);

/* Takes the newest defer off; false if there is none. */
bool estate_next_defer(struct estate *estate, struct estate_defer *ret_defer);

/* From now on a block that is freed stays as it is, but for a mark; new ones come before all of them, and
 * have fences. */
void estate_hold(struct estate *estate);

/* Whether nobody wrote past the end of a block that has come since. */
bool estate_is_whole(const struct estate *estate);

/* Ends that: frees what was freed meanwhile. */
void estate_settle(struct estate *estate);

/* Ends that, for who puts back what the others hold: frees blocks and forgets defers that have come since
 * `was`, and the estate is what it was. */
void estate_revert(struct estate *estate, const struct estate *was);

/* Frees all memory. The defers have been run. */
void estate_finish(struct estate *estate);

#endif
