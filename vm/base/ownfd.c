/* A bit for each number. Any thread. */
#include "vm/base/ownfd.h"

#include <stdatomic.h>
#include <stdint.h>

#define NUMBERS 65536

static _Atomic uint64_t words[NUMBERS / 64];

static uint64_t bit_of(int fd)
{
	return UINT64_C(1) << (fd % 64);
}

void ownfd_add(int fd)
{
	/* relaxed: who closes it at this moment is not held up either way */
	if (fd >= 0 && fd < NUMBERS)
		atomic_fetch_or_explicit(&words[fd / 64], bit_of(fd), memory_order_relaxed);
}

void ownfd_remove(int fd)
{
	/* relaxed: as above */
	if (fd >= 0 && fd < NUMBERS)
		atomic_fetch_and_explicit(&words[fd / 64], ~bit_of(fd), memory_order_relaxed);
}

bool ownfd_has(int fd)
{
	/* relaxed: as above */
	return fd >= 0 && fd < NUMBERS &&
	       atomic_load_explicit(&words[fd / 64], memory_order_relaxed) & bit_of(fd);
}

int ownfd_next(int fd)
{
	for (fd = fd < 0 ? 0 : fd; fd < NUMBERS; fd++) {
		/* relaxed: as above */
		if (fd % 64 == 0 && !atomic_load_explicit(&words[fd / 64], memory_order_relaxed))
			fd += 63;
		else if (ownfd_has(fd))
			return fd;
	}
	return -1;
}
