/* What a stack that has not run yet holds: the registers that the first switch to it will load. The
 * layout is that of switch_*.S. */
#include "vm/actor/switch.h"

#include <string.h>

void switch_start(void);

#if defined(__x86_64__)

/* r15 r14 r13 r12 rbx rbp, and the address to return to. */
void *switch_prepare(void *top, void (*start)(void))
{
	uint64_t *sp = (uint64_t *)top - 9; /* so that a call from switch_start is aligned */

	memset(sp, 0, 8 * sizeof(*sp));
	sp[4] = (uint64_t)(uintptr_t)start;
	sp[6] = (uint64_t)(uintptr_t)switch_start;
	return sp;
}

#elif defined(__aarch64__)

/* x19 to x30, d8 to d15. */
void *switch_prepare(void *top, void (*start)(void))
{
	uint64_t *sp = (uint64_t *)top - 20;

	memset(sp, 0, 20 * sizeof(*sp));
	sp[0] = (uint64_t)(uintptr_t)start;
	sp[11] = (uint64_t)(uintptr_t)switch_start;
	return sp;
}

#else
#error "Joist runs on x86-64 and aarch64"
#endif
