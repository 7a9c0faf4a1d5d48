/* The functions of err.h and error.h that exit: they say the same as libc's, and exit as ours does. Any
 * thread. */
#include <err.h>
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/fault/real.h"

STANDS_BEFORE void verr(int status, const char *format, va_list args)
{
	vwarn(format, args);
	exit(status);
}

STANDS_BEFORE void verrx(int status, const char *format, va_list args)
{
	vwarnx(format, args);
	exit(status);
}

STANDS_BEFORE void err(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vwarn(format, args);
	va_end(args);
	exit(status);
}

STANDS_BEFORE void errx(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vwarnx(format, args);
	va_end(args);
	exit(status);
}

static void say(const char *file, unsigned line, int error, const char *format, va_list args)
{
	char text[200];

	fflush(stdout);
	flockfile(stderr);
	if (error_print_progname)
		error_print_progname();
	else
		fprintf(stderr, "%s:%s", program_invocation_name, file ? "" : " ");
	if (file)
		fprintf(stderr, "%s:%u: ", file, line);
	vfprintf(stderr, format, args);
	if (error)
		fprintf(stderr, ": %s", strerror_r(error, text, sizeof(text)));
	fputc('\n', stderr);
	funlockfile(stderr);
	/* relaxed: others count here, too, and nobody waits for it */
	__atomic_fetch_add(&error_message_count, 1, __ATOMIC_RELAXED);
}

#undef error
#undef error_at_line

STANDS_BEFORE void error(int status, int number, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(NULL, 0, number, format, args);
	va_end(args);
	if (status)
		exit(status);
}

STANDS_BEFORE void error_at_line(int status, int number, const char *file, unsigned line,
				 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(file, line, number, format, args);
	va_end(args);
	if (status)
		exit(status);
}
