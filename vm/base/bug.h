/* What must hold in Joist's own code. A guest's input never reaches these. */
#ifndef JOIST_VM_BASE_BUG_H
#define JOIST_VM_BASE_BUG_H

#include <stdio.h>
#include <stdlib.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Stops the process: Joist itself is wrong. */
#define JOIST_BUG(what)                                                                            \
	do {                                                                                       \
		fprintf(stderr, "joist: bug at %s:%d: %s\n", __FILE__, __LINE__, what);            \
		abort();                                                                           \
	} while (0)

#define joist_assert(condition)                                                                    \
	do {                                                                                       \
		if (UNLIKELY(!(condition)))                                                        \
			JOIST_BUG(#condition);                                                     \
	} while (0)

#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
