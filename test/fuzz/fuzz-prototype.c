/* C declarations of any bytes: read or refused; and every place that is told of lies in the text. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>

#include "loader/prototype.h"

static void check_places(const struct report *report, const uint8_t *data, size_t size)
{
	unsigned lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	for (size_t i = 0; i < report->count; i++) {
		struct place at = report->lines[i].at;

		if (!at.line || at.line > lines || !at.column || at.column > size + 1)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prototype_source source = { .file = "f", .text = { data, size }, .start = { 1, 1 } };
	struct prototypes prototypes = { .tags = NULL };
	struct report report = { 0 };

	if (prototype_read(&prototypes, &source, &report) != !report.errors)
		abort();
	check_places(&report, data, size);
	/* What was read is there for a second text too. */
	prototype_read(&prototypes, &source, &report);
	prototype_finish(&prototypes);
	report_finish(&report);
	return 0;
}
