/* A bump heap of 64-bit words, freed whole: what terms are built in.
 *
 * Owned by one thread at a time. An empty one holds no memory. */
#ifndef JOIST_VM_BASE_ARENA_H
#define JOIST_VM_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_chunk {
	struct arena_chunk *next;
	uint64_t *end;
	uint64_t words[];
};

struct arena {
	uint64_t *at, *end; /* what is free of the newest chunk */
	struct arena_chunk *chunks; /* newest first; none where the memory is the caller's */
	uint64_t *bins; /* the counted binaries that its terms refer to: kept by term/bin.c, which
			   must have dropped them before the arena is emptied */
	size_t bytes; /* in chunks; others may read it by arena_bytes while it grows */
	size_t bytes_max; /* a request that would exceed it fails; 0: no limit */
};

/* Room for the terms of one small turn: of the size that chunks start with. */
#define ARENA_CHUNK_BYTES 2048

/* An arena over `words` words of the caller's memory, which does not grow. */
static inline struct arena arena_over(uint64_t *memory, size_t words)
{
	return (struct arena){ .at = memory,
			       .end = memory + words,
			       .bytes_max = 1 /* what no chunk fits in */ };
}

/* How many bytes it holds, about, for a thread that is not its owner's. */
static inline size_t arena_bytes(const struct arena *arena)
{
	/* relaxed: pairs with the store in arena_grow, and orders nothing */
	return __atomic_load_n(&arena->bytes, __ATOMIC_RELAXED);
}

uint64_t *arena_grow(struct arena *arena, size_t words);

/* `words` words, not zeroed, or NULL when memory is short or the limit is reached. */
static inline uint64_t *arena_take(struct arena *arena, size_t words)
{
	uint64_t *at = arena->at;

	if (__builtin_expect((size_t)(arena->end - at) < words, 0))
		return arena_grow(arena, words);
	arena->at = at + words;
	return at;
}

/* Whether `pointer` lies in one of the arena's chunks. */
bool arena_holds(const struct arena *arena, const void *pointer);

/* Makes a block of the heap, whose content from the third word on is kept, a chunk of its own. */
struct arena_chunk *arena_chunk_of(void *block, size_t bytes);

/* Takes over a list of chunks (NULL: none) with what is in them. */
void arena_adopt(struct arena *arena, struct arena_chunk *chunks);

/* Frees all chunks. */
void arena_empty(struct arena *arena);

#endif
