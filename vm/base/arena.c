/* The slow half of the bump heap: chunks. Each new one is as large as all before it, up to a bound, so
 * that a large term costs few of them and a small turn little memory. The first one after those that were
 * adopted is small: what is handed on from actor to actor grows little by each of them. */
#include "vm/base/arena.h"

#include "vm/base/heap.h"

#define CHUNK_BYTES_MAX (256 * 1024)

static size_t chunk_bytes(const struct arena_chunk *chunk)
{
	return (size_t)((const char *)chunk->end - (const char *)chunk);
}

uint64_t *arena_grow(struct arena *arena, size_t words)
{
	size_t bytes = arena->at ? arena->bytes : 0;
	size_t need;

	if (__builtin_mul_overflow(words, sizeof(uint64_t), &need) ||
	    __builtin_add_overflow(need, sizeof(struct arena_chunk), &need))
		return NULL;
	if (bytes < ARENA_CHUNK_BYTES)
		bytes = ARENA_CHUNK_BYTES;
	if (bytes > CHUNK_BYTES_MAX)
		bytes = CHUNK_BYTES_MAX;
	if (bytes < need)
		bytes = heap_round(need);
	if (arena->bytes_max && arena->bytes + bytes > arena->bytes_max)
		bytes = need;
	if (arena->bytes_max && arena->bytes + bytes > arena->bytes_max)
		return NULL;
	struct arena_chunk *chunk = heap_take(bytes);
	if (!chunk)
		return NULL;
	chunk->next = arena->chunks;
	chunk->end = (uint64_t *)(void *)((char *)chunk + bytes / 8 * 8);
	arena->chunks = chunk;
	/* relaxed: pairs with the load in arena_bytes */
	__atomic_store_n(&arena->bytes, arena->bytes + bytes, __ATOMIC_RELAXED);
	arena->at = chunk->words + words;
	arena->end = chunk->end;
	return chunk->words;
}

bool arena_holds(const struct arena *arena, const void *pointer)
{
	for (const struct arena_chunk *c = arena->chunks; c; c = c->next) {
		if ((uintptr_t)pointer - (uintptr_t)c < chunk_bytes(c))
			return true;
	}
	return false;
}

struct arena_chunk *arena_chunk_of(void *block, size_t bytes)
{
	struct arena_chunk *chunk = block;

	chunk->next = NULL;
	chunk->end = (uint64_t *)(void *)((char *)block + bytes);
	return chunk;
}

void arena_adopt(struct arena *arena, struct arena_chunk *chunks)
{
	struct arena_chunk **behind = arena->chunks ? &arena->chunks->next : &arena->chunks;

	while (chunks) {
		struct arena_chunk *next = chunks->next;
		arena->bytes += chunk_bytes(chunks);
		chunks->next = *behind;
		*behind = chunks;
		chunks = next;
	}
}

void arena_empty(struct arena *arena)
{
	for (struct arena_chunk *c = arena->chunks, *next; c; c = next) {
		next = c->next;
		heap_give(c, chunk_bytes(c));
	}
	arena->chunks = NULL;
	arena->at = arena->end = NULL;
	arena->bytes = 0;
}
