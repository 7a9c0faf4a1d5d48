/* Integers of any size as digits. */
#include "vm/term/big.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/order.h"

static joist_term parse(struct arena *a, const char *digits, unsigned base, bool negative)
{
	return big_parse(a, (struct joist_bytes){ digits, strlen(digits) }, base, negative);
}

static void round_check(const char *digits, bool negative, const char *expected)
{
	struct arena a = { 0 };
	struct text text = { 0 };

	CHECK(big_print(&text, parse(&a, digits, 10, negative)));
	CHECK_STR(text_end(&text), expected);
	text_finish(&text);
	arena_empty(&a);
}

TEST_LEAK_FREE(digits_and_back)
{
	round_check("1152921504606846976", false, "1152921504606846976");
	round_check("18446744073709551615", true, "-18446744073709551615");
	round_check("1_0000000000000000000", false, "10000000000000000000");
	round_check("100000000000000000000000000000000000000", true,
		    "-100000000000000000000000000000000000000");
}

TEST_LEAK_FREE(bases)
{
	struct arena a = { 0 };

	CHECK_INT(int_value(parse(&a, "zZ", 36, false)), 35 * 37);
	CHECK_INT(int_value(parse(&a, "101", 2, true)), -5);
	CHECK(term_equal(parse(&a, "10000000000000000", 16, false),
			 parse(&a, "18446744073709551616", 10, false)));
	arena_empty(&a);
}

TEST_LEAK_FREE(very_large_ones_are_written_in_hexadecimal)
{
	static char digits[100001];
	struct arena a = { 0 };
	struct text text = { 0 };

	memset(digits, '7', 100000);
	joist_term t = parse(&a, digits, 10, true);
	CHECK(big_print(&text, t));
	CHECK(!memcmp(text.data, "-16#", 4));
	CHECK(term_equal(t, parse(&a, text_end(&text) + 4, 16, true)));
	text_finish(&text);
	arena_empty(&a);
}

TEST_LEAK_FREE(without_memory_there_is_none)
{
	struct arena a = { 0 };
	struct text text = { 0 };
	static char digits[1001];

	memset(digits, '9', 1000);
	for (int64_t nth = 1; nth <= 2; nth++) {
		heap_fail(nth, true);
		CHECK(joist_is_none(parse(&a, digits, 10, false)));
	}
	heap_fail(0, false);
	joist_term t = parse(&a, digits, 10, false);
	for (int64_t nth = 1; nth <= 2; nth++) {
		heap_fail(nth, true);
		CHECK(!big_print(&text, t));
		heap_fail(0, false);
		text_finish(&text);
	}
	arena_empty(&a);
}
