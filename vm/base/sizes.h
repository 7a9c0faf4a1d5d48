/* The sizes that the heap's blocks come in: steps of 16 bytes up to 256, then four for each doubling.
 * At most a fifth of a block above 256 bytes is lost. */
#ifndef JOIST_VM_BASE_SIZES_H
#define JOIST_VM_BASE_SIZES_H

#include <stddef.h>

#define SIZES_SMALL 16 /* classes of 16 to 256 bytes */
#define SIZES_BYTES_MAX ((size_t)8 << 20)
#define SIZES_CLASSES (SIZES_SMALL + 4 * 15) /* from 256 bytes to 8 MiB is 15 doublings */

/* The class of a block of `bytes`, which is at most SIZES_BYTES_MAX. */
static inline unsigned sizes_class(size_t bytes)
{
	if (bytes <= 16 * SIZES_SMALL)
		return bytes ? (unsigned)(bytes - 1) / 16 : 0;
	unsigned top = 63 - (unsigned)__builtin_clzl(bytes - 1);

	return SIZES_SMALL + (top - 8) * 4 + ((unsigned)((bytes - 1) >> (top - 2)) & 3);
}

/* How many bytes a block of that class has. */
static inline size_t sizes_bytes(unsigned size_class)
{
	if (size_class < SIZES_SMALL)
		return 16 * ((size_t)size_class + 1);
	unsigned doublings = (size_class - SIZES_SMALL) / 4;

	return (size_t)(5 + (size_class - SIZES_SMALL) % 4) << (6 + doublings);
}

#endif
