/* Memory from the kernel. */
#include "vm/base/span.h"

#include <stdint.h>
#include <sys/mman.h>

#include "test/harness.h"

TEST(spans_are_aligned_zeroed_and_apart)
{
	enum { SPANS = 200, BYTES = 256 * SPAN_PAGE }; /* more than one region has */
	static char *spans[SPANS];

	for (int i = 0; i < SPANS; i++) {
		spans[i] = span_take(BYTES);
		CHECK(spans[i]);
		CHECK_INT((uintptr_t)spans[i] % SPAN_PAGE, 0);
		CHECK(!spans[i][0] && !spans[i][BYTES - 1]);
		spans[i][0] = spans[i][BYTES - 1] = (char)i;
	}
	for (int i = 0; i < SPANS; i++)
		CHECK(spans[i][0] == (char)i && spans[i][BYTES - 1] == (char)i);
}

TEST(a_mapping_can_be_given_back)
{
	char *map = span_map(16 * SPAN_PAGE, true);

	CHECK(map);
	map[16 * SPAN_PAGE - 1] = 1;
	CHECK(!munmap(map, 16 * SPAN_PAGE));
}

TEST(pages_may_come_later)
{
	unsigned char there = 1;
	char *span;

	span_fill_later();
	span = span_take(SPAN_PAGE);
	CHECK(span);
	CHECK_INT(mincore(span, SPAN_PAGE, &there), 0);
	CHECK_INT(there & 1, 0);
	CHECK(!span[0]);
}

TEST(no_address_space_is_no_mapping)
{
	CHECK(!span_map((size_t)1 << 60, false));
}
