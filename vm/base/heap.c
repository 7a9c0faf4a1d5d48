/* The heap's fast half: what each thread has at hand.
 *
 * For each size class a thread holds two chains of free blocks, one that it works on and a spare, so
 * that it goes to the depot once for a whole chain and never to and fro. Taking and giving touch nothing
 * of other threads. Caches outlive their threads and are used again; a thread that has none yet works on
 * one that is always empty and full at once, so that the fast path needs no test for it. Where a tool
 * watches each block (heap_is_plain), every request goes to malloc.
 *
 * Owns the caches. Any thread enters. */
#include "vm/base/heap.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "vm/base/annotate.h"
#include "vm/base/bug.h"
#include "vm/base/depot.h"
#include "vm/base/span.h"
#include "vm/base/spin.h"

struct bin {
	struct depot_block *head; /* the chain at hand */
	struct depot_block *spare; /* a full one, or none */
	unsigned count; /* blocks at hand */
	unsigned full; /* how many make a chain full; 0 where nothing is cached */
};

struct cache {
	atomic_int_least64_t in_use; /* bytes that its threads took less those that they gave */
	struct cache *next;
	bool owned; /* by a thread that lives */
	struct bin bins[SIZES_CLASSES];
};

static struct cache nobody;
static __thread struct cache *mine = &nobody;

static struct spin caches_lock;
static _Atomic(struct cache *) caches; /* all that were ever made */
static pthread_key_t thread_end;
static pthread_once_t thread_end_once = PTHREAD_ONCE_INIT;

static atomic_bool failing;
static atomic_int_least64_t fail_in; /* requests until one fails; 0: none will */
static atomic_bool fail_later;

/* Whether each request goes to malloc. A tool that only counts instructions should see the heap as it
 * is without the tool: the environment says so by JOIST_HEAP=own. */
static bool heap_is_plain(void)
{
	static atomic_int known; /* 0: not asked yet; 1: no; 2: yes */
	/* relaxed, both: whoever finds out finds the same */
	int answer = atomic_load_explicit(&known, memory_order_relaxed);

	if (UNLIKELY(!answer)) {
		const char *heap = getenv("JOIST_HEAP");

		answer = annotate_plain_heap() && !(heap && strcmp(heap, "own") == 0) ? 2 : 1;
		atomic_store_explicit(&known, answer, memory_order_relaxed);
	}
	return answer == 2;
}

/* ---- caches ---- */

static void cache_count(struct cache *cache, int64_t bytes)
{
	/* relaxed, both: only the owner writes; pairs with the load in heap_in_use */
	int64_t in_use = atomic_load_explicit(&cache->in_use, memory_order_relaxed);
	atomic_store_explicit(&cache->in_use, in_use + bytes, memory_order_relaxed);
}

static void cache_flush(struct cache *cache)
{
	for (unsigned i = 0; i < SIZES_CLASSES; i++) {
		struct bin *bin = &cache->bins[i];

		if (bin->spare)
			depot_give(i, bin->spare);
		if (bin->head)
			depot_give_loose(i, bin->head);
		bin->head = bin->spare = NULL;
		bin->count = 0;
	}
}

/* Called when a thread ends. */
static void cache_end(void *arg)
{
	struct cache *cache = arg;

	mine = &nobody;
	cache_flush(cache);
	spin_take(&caches_lock);
	cache->owned = false;
	spin_give(&caches_lock);
}

static void thread_end_make(void)
{
	if (pthread_key_create(&thread_end, cache_end))
		JOIST_BUG("no key is left for the heap's thread-end hook");
}

static struct cache *cache_reuse(void)
{
	spin_take(&caches_lock);
	/* relaxed: the lock orders all writers */
	struct cache *cache = atomic_load_explicit(&caches, memory_order_relaxed);
	while (cache && cache->owned)
		cache = cache->next;
	if (cache)
		cache->owned = true;
	spin_give(&caches_lock);
	return cache;
}

static struct cache *cache_make(void)
{
	size_t bytes = (sizeof(struct cache) + SPAN_PAGE - 1) / SPAN_PAGE * SPAN_PAGE;
	struct cache *cache = span_take(bytes);

	if (!cache)
		return NULL;
	for (unsigned i = 0; i < SIZES_CLASSES && !heap_is_plain(); i++) {
		if (sizes_bytes(i) <= DEPOT_CHAINED_MAX)
			cache->bins[i].full = depot_chain_size(i);
	}
	cache->owned = true;
	spin_take(&caches_lock);
	/* relaxed: the lock orders all writers */
	cache->next = atomic_load_explicit(&caches, memory_order_relaxed);
	/* release: pairs with the acquire in heap_in_use */
	atomic_store_explicit(&caches, cache, memory_order_release);
	spin_give(&caches_lock);
	return cache;
}

/* The calling thread's cache, made if need be; `nobody` when memory is short. */
static struct cache *cache_mine(void)
{
	if (mine != &nobody)
		return mine;
	pthread_once(&thread_end_once, thread_end_make);
	struct cache *cache = cache_reuse();
	if (!cache)
		cache = cache_make();
	if (!cache)
		return &nobody;
	pthread_setspecific(thread_end, cache);
	mine = cache;
	return cache;
}

/* ---- taking ---- */

/* Whether this request is one that a test wants to fail. */
static bool request_fails(void)
{
	/* relaxed, all: only tests set these, between the requests that they count */
	if (LIKELY(!atomic_load_explicit(&failing, memory_order_relaxed)))
		return false;
	int64_t left = atomic_fetch_sub_explicit(&fail_in, 1, memory_order_relaxed);
	return left == 1 || (left < 1 && atomic_load_explicit(&fail_later, memory_order_relaxed));
}

/* A block from the thread's own chains, which are filled first if need be. */
static void *bin_take(struct bin *bin, unsigned size_class)
{
	if (!bin->head && bin->spare) {
		bin->head = bin->spare;
		bin->spare = NULL;
		bin->count = bin->full;
	}
	if (!bin->head)
		bin->count = depot_take(size_class, &bin->head);
	if (!bin->count)
		return NULL;
	struct depot_block *block = bin->head;
	bin->head = block->next;
	bin->count--;
	return block;
}

static void *block_take(struct cache *cache, size_t bytes)
{
	if (bytes > PTRDIFF_MAX)
		return NULL;
	if (heap_is_plain())
		return malloc(heap_round(bytes));
	if (bytes > SIZES_BYTES_MAX)
		return span_map(heap_round(bytes), false);
	unsigned size_class = sizes_class(bytes);
	if (bytes > DEPOT_CHAINED_MAX)
		return depot_take_large(size_class);
	return bin_take(&cache->bins[size_class], size_class);
}

static __attribute__((noinline)) void *take_slow(size_t bytes)
{
	struct cache *cache = cache_mine();
	void *block = NULL;

	if (cache != &nobody && !request_fails())
		block = block_take(cache, bytes);
	if (block)
		cache_count(cache, (int64_t)bytes);
	return block;
}

void *heap_take(size_t bytes)
{
	if (LIKELY(bytes <= DEPOT_CHAINED_MAX)) {
		struct cache *cache = mine;
		struct bin *bin = &cache->bins[sizes_class(bytes)];
		struct depot_block *block = bin->head;

		/* relaxed: only tests set it, between the requests that they count */
		if (LIKELY(block && !atomic_load_explicit(&failing, memory_order_relaxed))) {
			bin->head = block->next;
			/* another thread gave it, perhaps: it comes while this one is filled */
			__builtin_prefetch(bin->head, 1);
			bin->count--;
			cache_count(cache, (int64_t)bytes);
			return block;
		}
	}
	return take_slow(bytes);
}

void *heap_take_zero(size_t bytes)
{
	void *block = heap_take(bytes);

	/* The largest are mappings of their own, which come zeroed. */
	if (block && (bytes <= SIZES_BYTES_MAX || heap_is_plain()))
		memset(block, 0, bytes);
	return block;
}

/* ---- giving ---- */

static void bin_give(struct bin *bin, unsigned size_class, struct depot_block *block)
{
	if (bin->count == bin->full) {
		if (bin->spare)
			depot_give(size_class, bin->spare);
		bin->spare = bin->head;
		bin->head = NULL;
		bin->count = 0;
	}
	block->next = bin->head;
	bin->head = block;
	bin->count++;
}

static void block_give(struct cache *cache, void *block, size_t bytes)
{
	if (heap_is_plain()) {
		free(block);
		return;
	}
	if (bytes > SIZES_BYTES_MAX) {
		munmap(block, heap_round(bytes));
		return;
	}
	unsigned size_class = sizes_class(bytes);
	if (bytes > DEPOT_CHAINED_MAX)
		depot_give_large(size_class, block);
	else
		bin_give(&cache->bins[size_class], size_class, block);
}

static __attribute__((noinline)) void give_slow(void *block, size_t bytes)
{
	struct cache *cache = block ? cache_mine() : &nobody;

	/* No memory for a cache: the block is lost, which is all that can be done. */
	if (cache == &nobody)
		return;
	cache_count(cache, -(int64_t)bytes);
	block_give(cache, block, bytes);
}

void heap_give(void *block, size_t bytes)
{
	if (LIKELY(block && bytes <= DEPOT_CHAINED_MAX)) {
		struct cache *cache = mine;
		struct bin *bin = &cache->bins[sizes_class(bytes)];
		struct depot_block *freed = block;

		if (LIKELY(bin->count < bin->full)) {
			freed->next = bin->head;
			bin->head = freed;
			bin->count++;
			cache_count(cache, -(int64_t)bytes);
			return;
		}
	}
	give_slow(block, bytes);
}

/* ---- the rest ---- */

size_t heap_round(size_t bytes)
{
	size_t step = heap_is_plain() ? 16 : SPAN_PAGE;

	if (bytes <= SIZES_BYTES_MAX && step == SPAN_PAGE)
		return sizes_bytes(sizes_class(bytes));
	if (!bytes)
		return step;
	return bytes > SIZE_MAX - step ? bytes : (bytes + step - 1) / step * step;
}

void *heap_resize(void *block, size_t old, size_t bytes)
{
	if (block && heap_round(old) == heap_round(bytes)) {
		cache_count(cache_mine(), (int64_t)bytes - (int64_t)old);
		return block;
	}
	void *moved = heap_take(bytes);
	if (!moved)
		return NULL;
	if (block)
		memcpy(moved, block, old < bytes ? old : bytes);
	heap_give(block, old);
	return moved;
}

void heap_flush(void)
{
	if (mine != &nobody)
		cache_flush(mine);
}

int64_t heap_in_use(void)
{
	int64_t sum = 0;

	/* acquire: pairs with the release in cache_make */
	for (struct cache *c = atomic_load_explicit(&caches, memory_order_acquire); c; c = c->next)
		/* relaxed: pairs with the store in cache_count; a sum, which orders nothing */
		sum += atomic_load_explicit(&c->in_use, memory_order_relaxed);
	return sum;
}

int64_t heap_fail(int64_t nth, bool and_later)
{
	/* relaxed, all: pairs with the loads in request_fails, on this or a later thread */
	atomic_store_explicit(&fail_later, and_later, memory_order_relaxed);
	int64_t left = atomic_exchange_explicit(&fail_in, nth, memory_order_relaxed);
	atomic_store_explicit(&failing, nth > 0, memory_order_relaxed);
	return left;
}
