/* The forms of texts, beside what POSIX takes the same patterns for. */
#include "loader/schema.h"

#include <regex.h>
#include <string.h>

#include "test/harness.h"

static const char *const patterns[] = {
	"^.",
	"^.{1,4}$",
	"^[a-z][A-Za-z0-9_@]{0,6}$",
	"^[a-z][A-Za-z0-9_@]{0,6}:[A-Za-z_][A-Za-z0-9_]*$",
	"^[A-Za-z0-9_-]+@[A-Za-z0-9_.:-]+$",
	"^\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5}$|^[A-Za-z0-9._-]+:[0-9]{1,5}$",
};

static const char *const texts[] = {
	"",
	"a",
	"abcd",
	"abcde",
	"a\nb",
	"\xc3\xa4",
	"\xc3\xa4\xc3\xa4x",
	"counter",
	"counters",
	"Counter",
	"a-b",
	"a@b",
	"a:",
	"a:b",
	"a:_B9",
	"a:9",
	"a:b:c",
	"a:b-",
	"counters:a",
	"@b",
	"a@",
	"a-1@b.c",
	"a@[::1]",
	"a@b@c",
	"[::1]:80",
	"[::1]:",
	"[::1:80",
	"[]:80",
	"[x]:80",
	"h.o-s_t:0",
	"host:12345",
	"host:123456",
	"host",
	":80",
	"h:8x",
};

TEST(means_what_posix_does)
{
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		const struct schema_form form = { patterns[i], "" };
		regex_t expression;

		CHECK(!regcomp(&expression, patterns[i], REG_EXTENDED | REG_NOSUB));
		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			CHECK_INT(schema_fits(&form, texts[k]),
				  !regexec(&expression, texts[k], 0, NULL, 0));
		regfree(&expression);
	}
}

TEST(counts_to_the_last_letter)
{
	const struct schema_form form = { "^.{1,255}$", "" };
	char text[257] = { 0 };

	memset(text, 'x', 255);
	CHECK(schema_fits(&form, text));
	text[255] = 'x';
	CHECK(!schema_fits(&form, text));
}
