/* The runtime's heap. */
#include "vm/base/heap.h"

#include <string.h>

#include "test/harness.h"

TEST_LEAK_FREE(takes_and_gives)
{
	char *block = heap_take(100);

	CHECK(block);
	memset(block, 1, 100);
	heap_give(block, 100);
}

TEST_LEAK_FREE(counts_what_is_in_use)
{
	int64_t before = heap_in_use();
	void *block = heap_take(64);

	CHECK_INT(heap_in_use() - before, 64);
	heap_give(block, 64);
}

TEST_LEAK_FREE(fails_the_nth_request)
{
	heap_fail(2, false);
	void *first = heap_take(16);
	CHECK(first);
	CHECK(!heap_take(16));
	void *third = heap_take(16);
	CHECK(third);
	heap_give(first, 16);
	heap_give(third, 16);
}
