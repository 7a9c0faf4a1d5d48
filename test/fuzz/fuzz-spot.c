/* Whatever a helper process writes, or is asked, is a place or refused; and what is read is written
 * again as it was. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "loader/spot.h"

static void answer(const char *line, size_t size)
{
	static struct spot spot, again;
	static char text[SPOT_LINE_MAX];
	uint64_t number, number_again;

	if (!spot_read_answer(line, size, &number, &spot))
		return;
	size_t written = spot_answer(number, &spot, text);
	if (!written || !spot_read_answer(text, written - 1, &number_again, &again))
		abort();
	if (number != number_again || spot.line != again.line || spot.distance != again.distance ||
	    strcmp(spot.function, again.function) || strcmp(spot.source, again.source))
		abort();
}

static void question(const char *line, size_t size)
{
	static struct spot_question asked, again;
	static char text[SPOT_LINE_MAX];

	if (!spot_read_question(line, size, &asked))
		return;
	size_t written = spot_ask(&asked, text);
	if (!written || !spot_read_question(text, written - 1, &again))
		abort();
	if (asked.number != again.number || asked.address != again.address ||
	    strcmp(asked.file, again.file))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	answer((const char *)data, size);
	question((const char *)data, size);
	return 0;
}
