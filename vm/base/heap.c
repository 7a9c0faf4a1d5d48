/* The runtime's own heap. For now every block is malloc's. */
#include "vm/base/heap.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_int_least64_t in_use;
static atomic_int_least64_t fail_in; /* 0: none */
static atomic_bool fail_later;

static bool heap_fails(void)
{
	/* relaxed: only tests set these, before they start threads */
	if (!atomic_load_explicit(&fail_in, memory_order_relaxed))
		return false;
	int64_t left = atomic_fetch_sub_explicit(&fail_in, 1, memory_order_relaxed);
	if (left == 1 && atomic_load_explicit(&fail_later, memory_order_relaxed))
		atomic_store_explicit(&fail_in, 1, memory_order_relaxed);
	return left == 1;
}

size_t heap_round(size_t bytes)
{
	return bytes > SIZE_MAX - 15 ? bytes : (bytes + 15) & ~(size_t)15;
}

void *heap_take(size_t bytes)
{
	if (heap_fails())
		return NULL;
	void *block = malloc(bytes ? bytes : 1);
	if (block)
		/* relaxed: a sum, which orders nothing */
		atomic_fetch_add_explicit(&in_use, (int64_t)bytes, memory_order_relaxed);
	return block;
}

void *heap_take_zero(size_t bytes)
{
	void *block = heap_take(bytes);

	return block ? memset(block, 0, bytes) : NULL;
}

void heap_give(void *block, size_t bytes)
{
	if (!block)
		return;
	/* relaxed: a sum, which orders nothing */
	atomic_fetch_sub_explicit(&in_use, (int64_t)bytes, memory_order_relaxed);
	free(block);
}

void *heap_resize(void *block, size_t old, size_t bytes)
{
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
}

int64_t heap_in_use(void)
{
	/* relaxed: a sum, which orders nothing */
	return atomic_load_explicit(&in_use, memory_order_relaxed);
}

void heap_fail(int64_t nth, bool and_later)
{
	/* relaxed: only tests call this, before they start threads */
	atomic_store_explicit(&fail_later, and_later, memory_order_relaxed);
	atomic_store_explicit(&fail_in, nth, memory_order_relaxed);
}
