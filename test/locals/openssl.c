/* With OpenSSL's queue of errors, one of which each thread has. */
#define PLUGIN "openssl"
#include "test/locals/locals.h"

#include <openssl/err.h>

static void hold(int value)
{
	ERR_clear_error();
	ERR_raise(ERR_LIB_USER, value);
}

/* Takes it out, and puts it back. */
static bool holds(int value)
{
	unsigned long error = ERR_get_error();
	bool alone = ERR_get_error() == 0;

	hold(value);
	return alone && ERR_GET_REASON(error) == value;
}
