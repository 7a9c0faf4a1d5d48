/* What failed assertions call: they say the same as libc's, and abort as ours does. Any thread. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/fault/real.h"

void __assert(const char *text, const char *file, int line);
void __assert_fail(const char *text, const char *file, unsigned line, const char *function);
void __assert_perror_fail(int error, const char *file, unsigned line, const char *function);

static __attribute__((noreturn)) void fail(const char *what, const char *file, unsigned line,
					   const char *function)
{
	fprintf(stderr, "%s: %s:%u: %s%s%s\n", program_invocation_short_name, file, line,
		function ? function : "", function ? ": " : "", what);
	abort();
}

STANDS_BEFORE void __assert_fail(const char *text, const char *file, unsigned line,
				 const char *function)
{
	char what[1000];

	snprintf(what, sizeof(what), "Assertion `%s' failed.", text);
	fail(what, file, line, function);
}

STANDS_BEFORE void __assert(const char *text, const char *file, int line)
{
	__assert_fail(text, file, (unsigned)line, NULL);
}

STANDS_BEFORE void __assert_perror_fail(int error, const char *file, unsigned line,
					const char *function)
{
	char text[200], what[300];

	snprintf(what, sizeof(what), "Unexpected error: %s.",
		 strerror_r(error, text, sizeof(text)));
	fail(what, file, line, function);
}
