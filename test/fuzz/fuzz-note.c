/* A plugin's file of any bytes: judged, and its exports read, as before it is loaded. */
#include "test/fuzz/fuzz.h"

#include "loader/image.h"

static bool has_symbol(const char *name, const char *version)
{
	return name[0] == version[0];
}

static bool is_loaded(const char *name)
{
	return name[0] == 'l';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct image_node node = { .abi = JOIST_ABI, .has_symbol = has_symbol };
	struct report report = { 0 };
	struct image image;

	if (image_read_bytes(&image, "f", (struct joist_bytes){ data, size }, &node, &report)) {
		image_needs_more(&image, is_loaded);
		if (image_read_exports(&image, &report))
			image_lint(&image, &report);
		image_finish(&image);
	}
	report_finish(&report);
	return 0;
}
