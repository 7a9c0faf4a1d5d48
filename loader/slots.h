/* Names of plugins, and what stands under each. A name, once there, stays. Finding takes no lock; who adds
 * one is the only one to do so at a time. */
#ifndef JOIST_LOADER_SLOTS_H
#define JOIST_LOADER_SLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <joist/term.h>

struct generation;

struct slot {
	joist_atom name;
	_Atomic(struct generation *) found; /* the committed one; NULL: none */
	struct generation *newest; /* all of them, each with the one that came before */
	struct generation *previous; /* what was found before; NULL: none, or it has gone */
	uint32_t numbered; /* generations so far */
	struct slot *earlier; /* the name that came before */
};

struct slots {
	_Atomic(struct slot_table *) table;
	struct slot *last;
	size_t count;
};

/* False when memory is short. */
bool slots_open(struct slots *slots);

/* The slot of that name; NULL if there is none. Any thread. */
struct slot *slots_find(struct slots *slots, struct joist_bytes name);

/* The same; it is made if there is none. NULL when memory is short. */
struct slot *slots_get(struct slots *slots, joist_atom name);

/* Frees all, but not what stands in the slots. */
void slots_close(struct slots *slots);

#endif
