/* Stands before malloc and its kin, to know whether a thread that faults is within.
 *
 * What the fault leaves there is not told by glibc: its arenas have locks, most of its complaints come
 * with one held, and whoever allocates next would wait for ever. So a fault within is one that the node
 * does not survive, but for those of which it is known that they come before any lock is taken: the first
 * access to what free or realloc is given, and some complaints (complaint.h).
 *
 * A sanitizer has a malloc of its own, which aborts without any lock. Any thread. */
#include "vm/fault/allocators.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm/base/annotate.h"
#include "vm/fault/real.h"

#define ENDS 0x80000000 /* see allocators_end_by */

/* What the thread is in. Volatile: a handler reads and writes it. */
static __thread struct {
	volatile unsigned depth; /* 0: nothing; beside that, ENDS */
	void (*end)(void);
	const char *volatile given; /* to free or realloc; NULL: other */
} inside;

bool allocators_may_be_locked(const struct fault *f)
{
	enum { HEADER_BYTES = 16 };

	if (!(inside.depth & ~ENDS))
		return false;
	if (f->signal == SIGABRT)
		return !f->early;
	return !inside.given ||
	       f->address - ((uintptr_t)inside.given - HEADER_BYTES) >= 2 * HEADER_BYTES;
}

void allocators_end_by(void (*end)(void))
{
	inside.end = end;
	inside.depth |= ENDS;
}

void allocators_left(void)
{
	inside.depth = 0;
}

#if !ANNOTATE_ASAN && !ANNOTATE_TSAN

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);
void *__libc_valloc(size_t bytes);
void *__libc_pvalloc(size_t bytes);
void __libc_free(void *block);

/* It is within still, or ends here. */
static __attribute__((noinline)) void leave(void)
{
	if (inside.depth != ENDS)
		return;
	allocators_left();
	inside.end();
}

#define WITHIN(given_, call)                                                                       \
	({                                                                                         \
		inside.given = (given_);                                                           \
		inside.depth++;                                                                    \
		void *result_ = (call);                                                            \
		if (__builtin_expect(--inside.depth, 0))                                           \
			leave();                                                                   \
		result_;                                                                           \
	})

STANDS_BEFORE void *malloc(size_t bytes)
{
	return WITHIN(NULL, __libc_malloc(bytes));
}

STANDS_BEFORE void *calloc(size_t count, size_t bytes)
{
	return WITHIN(NULL, __libc_calloc(count, bytes));
}

STANDS_BEFORE void *realloc(void *block, size_t bytes)
{
	return WITHIN(block, __libc_realloc(block, bytes));
}

STANDS_BEFORE void *reallocarray(void *block, size_t count, size_t bytes)
{
	if (__builtin_mul_overflow(count, bytes, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(block, bytes);
}

STANDS_BEFORE void free(void *block)
{
	WITHIN(block, (__libc_free(block), NULL));
}

STANDS_BEFORE void *memalign(size_t alignment, size_t bytes)
{
	return WITHIN(NULL, __libc_memalign(alignment, bytes));
}

STANDS_BEFORE void *aligned_alloc(size_t alignment, size_t bytes)
{
	return memalign(alignment, bytes);
}

STANDS_BEFORE int posix_memalign(void **ret_block, size_t alignment, size_t bytes)
{
	int before = errno;

	if (alignment % sizeof(void *) || alignment & (alignment - 1) || !alignment)
		return EINVAL;
	void *block = memalign(alignment, bytes);
	errno = before;
	if (!block)
		return ENOMEM;
	*ret_block = block;
	return 0;
}

STANDS_BEFORE void *valloc(size_t bytes)
{
	return WITHIN(NULL, __libc_valloc(bytes));
}

STANDS_BEFORE void *pvalloc(size_t bytes)
{
	return WITHIN(NULL, __libc_pvalloc(bytes));
}

#endif
