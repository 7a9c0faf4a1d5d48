/* Fences: bytes behind a block by which is seen whether somebody wrote past its end. */
#ifndef JOIST_VM_BASE_FENCE_H
#define JOIST_VM_BASE_FENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FENCE_BYTES 32

static inline char fence_byte(size_t at)
{
	return (char)(UINT64_C(0x9d3a4f6b81c25e77) >> at % 8 * 8);
}

/* Fills what is behind the first `size` of the block's bytes. */
static inline void fence_put(void *block, size_t size)
{
	for (size_t i = 0; i < FENCE_BYTES; i++)
		((char *)block)[size + i] = fence_byte(i);
}

static inline bool fence_stands(const void *block, size_t size)
{
	bool stands = true;

	for (size_t i = 0; i < FENCE_BYTES; i++)
		stands &= ((const char *)block)[size + i] == fence_byte(i);
	return stands;
}

#endif
