/* Free blocks that no thread holds: where the heap's caches take whole chains of them, and put them
 * back. Any thread enters. */
#ifndef JOIST_VM_BASE_DEPOT_H
#define JOIST_VM_BASE_DEPOT_H

#include "vm/base/sizes.h"

/* Blocks above this size are not cached by threads: the depot hands them out one by one. */
#define DEPOT_CHAINED_MAX ((size_t)64 << 10)

/* A free block; in the first one of a chain, `next_chain` is the depot's. */
struct depot_block {
	struct depot_block *next;
	struct depot_block *next_chain;
};

/* How many blocks a full chain of the class has. */
unsigned depot_chain_size(unsigned size_class);

/* Takes a chain: how many blocks it has; 0 when memory is short. */
unsigned depot_take(unsigned size_class, struct depot_block **ret_chain);

/* Puts a full chain back. */
void depot_give(unsigned size_class, struct depot_block *chain);

/* Puts a chain of any length back, block by block. */
void depot_give_loose(unsigned size_class, struct depot_block *chain);

/* One block of a class above DEPOT_CHAINED_MAX, or NULL when memory is short. */
void *depot_take_large(unsigned size_class);
void depot_give_large(unsigned size_class, void *block);

#endif
