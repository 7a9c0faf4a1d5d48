/* Whatever is in the file of a key or a signature is one or refused; what is read is written again as
 * it was. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "loader/signature.h"

/* But for the newline, which may have been missing. */
static void compare(const char *line, struct joist_bytes with)
{
	size_t size = strlen(line);

	if ((with.size != size && with.size != size - 1) || memcmp(line, with.data, with.size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct joist_bytes line = { data, size };
	char again[SIGNATURE_LINE_MAX];
	struct secret_key secret;
	struct public_key public;
	struct signature signature;

	if (signature_read_secret(&secret, line)) {
		signature_print_secret(&secret, again);
		compare(again, line);
	}
	if (signature_read_public(&public, line)) {
		signature_print_public(&public, again);
		compare(again, line);
	}
	if (signature_read(&signature, line)) {
		signature_print(&signature, again);
		compare(again, line);
		if (signature_fits(&signature, line))
			abort();
	}
	return 0;
}
