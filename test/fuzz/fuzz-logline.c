/* Whatever an actor logs, a line of the log is one line, and its JSON is JSON. */
#include "test/fuzz/fuzz.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/logline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct logline line;
	size_t half = size / 2;
	struct log_field fields[] = {
		LOG_FIELD_BYTES("a", (const char *)data, half), LOG_FIELD_INT("b", (int64_t)size),
		LOG_FIELD_BYTES("c", (const char *)data + half, size - half)
	};
	struct log_event event = { .event = "fuzz", .fields = fields, .count = 3 };

	logline_make(&line, false, 0, &event);
	if (memchr(line.bytes, '\n', line.size) != line.bytes + line.size - 1)
		abort();
	logline_make(&line, true, 0, &event);
	if (memchr(line.bytes, '\n', line.size) != line.bytes + line.size - 1)
		abort();
	json_t *object = json_loadb(line.bytes, line.size, JSON_ALLOW_NUL, NULL);
	if (!object)
		abort();
	json_decref(object);
	return 0;
}
