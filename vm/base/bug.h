/* What must hold in Joist's own code. A guest's input never reaches these. */
#ifndef JOIST_VM_BASE_BUG_H
#define JOIST_VM_BASE_BUG_H

#include <stddef.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* For what every message comes through: a call there costs more than the code twice. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The status of a process that had to stop: who started it may start it again. */
#define FAULT_EXIT_STATUS 70

/* Stops the process, with a line in the log: Joist itself is wrong. */
void bug(const char *file, int line, const char *what) __attribute__((noreturn));

#define JOIST_BUG(what) bug(__FILE__, __LINE__, (what))

#define joist_assert(condition)                                                                    \
	do {                                                                                       \
		if (UNLIKELY(!(condition)))                                                        \
			JOIST_BUG(#condition);                                                     \
	} while (0)

#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
