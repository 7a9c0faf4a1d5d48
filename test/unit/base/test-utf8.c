/* UTF-8. */
#include "vm/base/utf8.h"

#include <string.h>

#include "test/harness.h"

TEST(every_code_point_and_back)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		unsigned char text[UTF8_BYTES_MAX];
		const unsigned char *at = text;
		if (!utf8_valid(c))
			continue;
		unsigned size = utf8_put(text, c);
		CHECK_INT(utf8_next(&at, text + size), c);
		CHECK_INT(at - text, size);
	}
}

static bool bad(const char *text)
{
	size_t chars;

	return !utf8_count(text, strlen(text), &chars);
}

TEST(what_is_not_utf8)
{
	CHECK(bad("\x80") && bad("\xC3") && bad("\xC3(") && bad("\xFF"));
	CHECK(bad("\xC0\x80") && bad("\xE0\x80\x80") && bad("\xF0\x80\x80\x80")); /* overlong */
	CHECK(bad("\xED\xA0\x80")); /* a surrogate */
	CHECK(bad("\xF4\x90\x80\x80") && bad("\xF8\x88\x80\x80\x80"));
	CHECK(!bad("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
}

TEST(counts_characters)
{
	size_t chars;

	CHECK(utf8_count("a\xC3\xA9\xE2\x82\xAC", 6, &chars));
	CHECK_INT(chars, 3);
	CHECK(utf8_count("", 0, &chars));
	CHECK_INT(chars, 0);
}
