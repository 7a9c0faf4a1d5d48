/* Judging code by its bytes. Any thread. */
#include "loader/modes.h"

#include <string.h>

/* A handler of signals can change what the kernel then restores. */
const char *const modes_functions[] = { "fesetround",	   "fesetenv",	    "feupdateenv",
					"fesetmode",	   "feholdexcept",  "feenableexcept",
					"fedisableexcept", "setcontext",    "swapcontext",
					"sigaction",	   "signal",	    "bsd_signal",
					"sysv_signal",	   "__sysv_signal", "ssignal",
					"sigset",	   "mmap",	    "mmap64",
					"mprotect",	   "pkey_mprotect", "shmat",
					"syscall",	   "dlopen",	    "dlmopen",
					"dlsym",	   "dlvsym",	    NULL };

#if defined(__x86_64__)

/* Whether the byte at `at`, AE, is the opcode of one that loads modes from memory, which are fxrstor,
 * ldmxcsr and xrstor, after 0F or a VEX prefix. */
static bool loads_modes(const unsigned char *text, size_t at, size_t size)
{
	bool is_opcode = (at >= 1 && text[at - 1] == 0x0f) || (at >= 2 && text[at - 2] == 0xc5) ||
			 (at >= 3 && text[at - 3] == 0xc4);
	unsigned operand = at + 1 < size ? text[at + 1] : 0xff;
	unsigned which = operand >> 3 & 7;

	return is_opcode && operand < 0xc0 && (which == 1 || which == 2 || which == 5);
}

bool modes_in_text(const unsigned char *text, size_t size)
{
	const unsigned char *end = text + size;

	for (const unsigned char *at = text; (at = memchr(at, 0xae, (size_t)(end - at))); at++) {
		if (loads_modes(text, (size_t)(at - text), size))
			return true;
	}
	return memmem(text, size, "\x0f\x05", 2) != NULL;
}

#else

/* They are asked for at little cost. */
bool modes_in_text(const unsigned char *text, size_t size)
{
	(void)text;
	return size > 0;
}

#endif
