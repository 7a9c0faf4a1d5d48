/* Words for what is wrong with a signature: the first thing counts. Any thread. */
#include "vm/typed/mistake.h"

#include <stdarg.h>
#include <stdio.h>

bool mistake_tell(struct typed_mistake *mistake, const char *format, ...)
{
	va_list arguments;

	if (mistake->what[0])
		return false;
	va_start(arguments, format);
	vsnprintf(mistake->what, sizeof(mistake->what), format, arguments);
	va_end(arguments);
	return false;
}
