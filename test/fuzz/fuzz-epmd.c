/* Any bytes as the port mapper's answer, as they come: an answer that is whole stays what it was when more
 * follows. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>

#include "vm/dist/epmd.h"

static void same(enum epmd_answer before, enum epmd_answer now, bool same_value)
{
	if (before != EPMD_MORE && (before != now || !same_value))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum epmd_answer alive = EPMD_MORE, port = EPMD_MORE;
	uint32_t creation = 0;
	uint16_t number = 0;

	for (size_t come = 0; come <= size; come++) {
		const struct joist_bytes answer = { data, come };
		uint32_t creation_now = creation;
		uint16_t number_now = number;
		enum epmd_answer alive_now = epmd_get_alive(answer, &creation_now);
		enum epmd_answer port_now = epmd_get_port(answer, &number_now);
		same(alive, alive_now, creation == creation_now);
		same(port, port_now, number == number_now);
		alive = alive_now;
		port = port_now;
		creation = creation_now;
		number = number_now;
	}
	return 0;
}
