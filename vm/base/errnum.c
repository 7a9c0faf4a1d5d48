/* errno, for code whose frames may go from one thread to another. Owns nothing; any thread. */
#include "vm/base/errnum.h"

/* Not inlined, nor known to do nothing: libc says of its own function that it always returns the same
 * address, which a compiler would remember over a wait. */
__attribute__((noinline)) int *joist_errno(void)
{
	__asm__ volatile("" ::: "memory");
	return __errno_location();
}
