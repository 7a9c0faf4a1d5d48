/* A boot script of any bytes, checked from its text to its tree. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>

#include "loader/boot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct script_places nowhere = { NULL, NULL };
	static const struct image_node node = { .abi = JOIST_ABI };
	struct registry *built_in = registry_create();
	struct report report = { 0 };
	struct script script;

	if (!built_in)
		abort();
	boot_read_text(&script, "/nonexistent/f", (struct joist_bytes){ data, size }, &nowhere,
		       &node, built_in, &report);
	boot_finish(&script);
	report_finish(&report);
	registry_destroy(built_in);
	return 0;
}
