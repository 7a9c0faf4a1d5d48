/* One shelf per size class: a stack of full chains, and a last chain that is still growing.
 *
 * A small block once made is never given back to the kernel. Large ones are kept up to a bound, so that
 * a stream of them faults no pages, and unmapped beyond it. No lock is held across a system call. */
#include "vm/base/depot.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>

#include "vm/base/span.h"
#include "vm/base/spin.h"

#define CHAIN_BLOCKS_MAX 64
#define CHAIN_BYTES_MAX ((size_t)64 << 10)
#define RUN_BYTES_MAX ((size_t)64 << 10)
#define LARGE_KEPT_BYTES_MAX ((int64_t)64 << 20)

struct shelf {
	struct spin lock;
	unsigned loose_count; /* blocks of `loose`, fewer than a full chain */
	atomic_uint runs; /* how often new memory was cut up, as long as that matters */
	struct depot_block *chains;
	struct depot_block *loose;
} __attribute__((aligned(64)));

static struct shelf shelves[SIZES_CLASSES];
static atomic_int_least64_t large_kept; /* bytes of large blocks on the shelves */

unsigned depot_chain_size(unsigned size_class)
{
	size_t blocks = CHAIN_BYTES_MAX / sizes_bytes(size_class);

	return blocks < CHAIN_BLOCKS_MAX ? (unsigned)blocks : CHAIN_BLOCKS_MAX;
}

/* With the shelf's lock held. */
static void shelf_push(struct shelf *shelf, struct depot_block *chain)
{
	chain->next_chain = shelf->chains;
	shelf->chains = chain;
}

static struct depot_block *shelf_pop(struct shelf *shelf)
{
	struct depot_block *chain = shelf->chains;

	if (chain)
		shelf->chains = chain->next_chain;
	return chain;
}

static void shelf_push_loose(struct shelf *shelf, struct depot_block *block, unsigned chain_size)
{
	block->next = shelf->loose;
	shelf->loose = block;
	if (++shelf->loose_count == chain_size) {
		shelf_push(shelf, block);
		shelf->loose = NULL;
		shelf->loose_count = 0;
	}
}

/* What is on the shelf: the length of the chain, 0 for none. */
static unsigned shelf_take(struct shelf *shelf, unsigned chain_size, struct depot_block **ret_chain)
{
	unsigned count = chain_size;

	spin_take(&shelf->lock);
	*ret_chain = shelf_pop(shelf);
	if (!*ret_chain) {
		*ret_chain = shelf->loose;
		count = shelf->loose_count;
		shelf->loose = NULL;
		shelf->loose_count = 0;
	}
	spin_give(&shelf->lock);
	return count;
}

/* How much memory to cut up next: a page at first, since of most sizes few blocks are ever wanted, and each
 * time twice as much. */
static size_t room_next(struct shelf *shelf)
{
	/* relaxed, both: of two threads that cut at once, one may not count */
	unsigned runs = atomic_load_explicit(&shelf->runs, memory_order_relaxed);
	size_t bytes = (size_t)SPAN_PAGE << runs;

	if (bytes < RUN_BYTES_MAX)
		atomic_store_explicit(&shelf->runs, runs + 1, memory_order_relaxed);
	return bytes;
}

/* Cuts new memory into blocks: one chain of all of them, and their number. */
static size_t run_cut(struct shelf *shelf, size_t bytes, struct depot_block **ret_first)
{
	size_t room = room_next(shelf), count = room < bytes ? 1 : room / bytes;
	size_t run_bytes = (count * bytes + SPAN_PAGE - 1) / SPAN_PAGE * SPAN_PAGE;
	char *run = span_take(run_bytes);

	if (!run)
		return 0;
	for (size_t i = 0; i < count; i++) {
		struct depot_block *block = (void *)(run + i * bytes);
		block->next = i + 1 < count ? (void *)(run + (i + 1) * bytes) : NULL;
	}
	*ret_first = (void *)run;
	return count;
}

static struct depot_block *chain_split(struct depot_block *chain, unsigned count)
{
	while (--count)
		chain = chain->next;
	struct depot_block *rest = chain->next;

	chain->next = NULL;
	return rest;
}

unsigned depot_take(unsigned size_class, struct depot_block **ret_chain)
{
	unsigned chain_size = depot_chain_size(size_class);
	unsigned found = shelf_take(&shelves[size_class], chain_size, ret_chain);

	if (found)
		return found;
	size_t left = run_cut(&shelves[size_class], sizes_bytes(size_class), ret_chain);
	if (left <= chain_size)
		return (unsigned)left;
	struct depot_block *rest = chain_split(*ret_chain, chain_size);
	for (left -= chain_size; left >= chain_size; left -= chain_size) {
		struct depot_block *chain = rest;
		rest = chain_split(chain, chain_size);
		depot_give(size_class, chain);
	}
	depot_give_loose(size_class, rest);
	return chain_size;
}

void depot_give(unsigned size_class, struct depot_block *chain)
{
	struct shelf *shelf = &shelves[size_class];

	spin_take(&shelf->lock);
	shelf_push(shelf, chain);
	spin_give(&shelf->lock);
}

void depot_give_loose(unsigned size_class, struct depot_block *chain)
{
	struct shelf *shelf = &shelves[size_class];
	unsigned chain_size = depot_chain_size(size_class);

	spin_take(&shelf->lock);
	for (struct depot_block *next; chain; chain = next) {
		next = chain->next;
		shelf_push_loose(shelf, chain, chain_size);
	}
	spin_give(&shelf->lock);
}

void *depot_take_large(unsigned size_class)
{
	struct shelf *shelf = &shelves[size_class];
	size_t bytes = sizes_bytes(size_class);

	spin_take(&shelf->lock);
	struct depot_block *block = shelf_pop(shelf);
	spin_give(&shelf->lock);
	if (!block)
		return span_map(bytes, true);
	/* relaxed: a sum, which orders nothing */
	atomic_fetch_sub_explicit(&large_kept, (int64_t)bytes, memory_order_relaxed);
	return block;
}

void depot_give_large(unsigned size_class, void *block)
{
	int64_t bytes = (int64_t)sizes_bytes(size_class);

	/* relaxed, both: a sum, which orders nothing */
	int64_t kept = atomic_fetch_add_explicit(&large_kept, bytes, memory_order_relaxed);
	if (kept + bytes > LARGE_KEPT_BYTES_MAX) {
		atomic_fetch_sub_explicit(&large_kept, bytes, memory_order_relaxed);
		munmap(block, (size_t)bytes);
		return;
	}
	depot_give(size_class, block);
}
