/* What the macros of <joist/test.h> call. */
#include <joist/test.h>

#include <stdarg.h>
#include <stdio.h>

void joist_test_fail(struct joist_actor *self, const char *file, int line, const char *format, ...)
{
	char place[512], what[2048];
	va_list arguments;

	snprintf(place, sizeof(place), "%s:%d", file, line);
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	joist_exit(self, joist_make(self, "{test_failed, Place, What}", joist_text(place),
				    joist_text(what)));
}
