/* Bytes that grow. */
#include "vm/base/text.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"

TEST_LEAK_FREE(an_empty_one_is_an_empty_string)
{
	struct text text = { 0 };

	CHECK(text_add(&text, NULL, 0));
	CHECK_STR(text_end(&text), "");
	CHECK_INT(text.size, 0);
	text_finish(&text);
	text_finish(&text);
}

TEST_LEAK_FREE(adds_and_prints)
{
	struct text text = { 0 };

	CHECK(text_add(&text, "one", 3));
	CHECK(text_add_char(&text, ','));
	CHECK(text_addf(&text, " %s %d", "two", 3));
	CHECK_STR(text_end(&text), "one, two 3");
	CHECK_INT(text.size, 10);
	text_finish(&text);
}

TEST_LEAK_FREE(grows_far)
{
	struct text text = { 0 };

	for (int i = 0; i < 100000; i++)
		CHECK(text_addf(&text, "%05d", i));
	CHECK_INT(text.size, 500000);
	CHECK(!memcmp(text_end(&text) + 5 * 77777, "77777", 5));
	text_finish(&text);
}

TEST_LEAK_FREE(remembers_that_memory_was_short)
{
	struct text text = { 0 };
	char block[1000] = { 0 };

	CHECK(text_add(&text, "kept", 4));
	heap_fail(1, false);
	CHECK(!text_add(&text, block, sizeof(block)));
	CHECK(!text_add_char(&text, 'x'));
	CHECK(!text_addf(&text, "x"));
	CHECK(!text_end(&text));
	CHECK(text.failed);
	CHECK(!memcmp(text.data, "kept", 4));
	CHECK_INT(text.size, 4);
	text_finish(&text);
	CHECK(text_add_char(&text, 'x'));
	text_finish(&text);
}

TEST_LEAK_FREE(refuses_what_overflows)
{
	struct text text = { 0 };

	CHECK(text_add(&text, "a", 1));
	CHECK(!text_reserve(&text, SIZE_MAX));
	CHECK(text.failed);
	text_finish(&text);
}
