/* The runtime's own heap: size classes, cached per thread. Not libc's, so that a plugin that breaks
 * malloc's lists breaks only its own.
 *
 * Sizes are given back with the block, so a block has no header. A block may be freed on any thread. */
#ifndef JOIST_VM_BASE_HEAP_H
#define JOIST_VM_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` bytes, aligned to 16 and not zeroed, or NULL when memory is short. */
void *heap_take(size_t bytes);

/* The same, zeroed. */
void *heap_take_zero(size_t bytes);

/* Frees what heap_take gave for the same `bytes`. NULL is fine. */
void heap_give(void *block, size_t bytes);

/* `block` of `old` bytes moved to one of `bytes`; NULL, with `block` as it was, when memory is short. */
void *heap_resize(void *block, size_t old, size_t bytes);

/* How many bytes a request for `bytes` really takes: what may be used of it at no cost. */
size_t heap_round(size_t bytes);

/* Gives the calling thread's cached blocks to the other threads; before it ends. */
void heap_flush(void);

/* Bytes taken and not given back, of the whole process. */
int64_t heap_in_use(void);

/* Makes the request number `nth` from now (1: the next one) fail, and all later ones when `and_later`;
 * 0: none. Returns how many were still to come until the one that was to fail before: above 0, it has
 * not come. For tests. */
int64_t heap_fail(int64_t nth, bool and_later);

#endif
