/* How long terms are in their external form. */
#include "vm/term/external.h"

#include <string.h>

#include "test/harness.h"

static size_t size_of(const char *bytes, size_t size)
{
	const unsigned char *at = (const unsigned char *)bytes;

	return external_size(at, at + size);
}

#define CHECK_SIZE(bytes) CHECK_INT(size_of(bytes "rest", sizeof(bytes) + 3), sizeof(bytes) - 1)

TEST(a_term_ends_where_it_ends)
{
	CHECK_SIZE("a\7");
	CHECK_SIZE("j");
	CHECK_SIZE("w\2ok");
	CHECK_SIZE("v\0\2ok");
	CHECK_SIZE("h\2w\2oka\1");
	CHECK_SIZE("l\0\0\0\2a\1a\2j");
	CHECK_SIZE("t\0\0\0\1a\1h\0");
	CHECK_SIZE("m\0\0\0\3abc");
	CHECK_SIZE("M\0\0\0\1\3\xE0");
	CHECK_SIZE("n\2\1\1\2");
	CHECK_SIZE("Xw\3a@b\0\0\0\1\0\0\0\2\0\0\0\3");
	CHECK_SIZE("Z\0\2w\3a@b\0\0\0\1\0\0\0\2\0\0\0\3");
	CHECK_SIZE("xw\3a@b\0\0\0\1\0\0\0\2\0\0\0\3");
	CHECK_SIZE("qw\5listsw\3mapa\2");
	CHECK_SIZE("p\0\0\0\x3D\1UUUUUUUUUUUUUUUU\0\0\0\7\0\0\0\1w\3fooa\0a\5"
		   "Xw\3a@b\0\0\0\1\0\0\0\2\0\0\0\3"
		   "h\0");
}

TEST(what_is_cut_short_has_no_size)
{
	static const char fun[] = "h\2l\0\0\0\1Z\0\1w\3a@b\0\0\0\1\0\0\0\2jM\0\0\0\1\3\xE0";

	CHECK_INT(size_of(fun, sizeof(fun) - 1), sizeof(fun) - 1);
	for (size_t size = 0; size < sizeof(fun) - 1; size++)
		CHECK_INT(size_of(fun, size), 0);
}

TEST(a_count_is_not_believed)
{
	CHECK_INT(size_of("i\xFF\xFF\xFF\xFFj", 6), 0);
	CHECK_INT(size_of("l\xFF\xFF\xFF\xFFj", 6), 0);
	CHECK_INT(size_of("m\xFF\xFF\xFF\xFFj", 6), 0);
	CHECK_INT(size_of("t\xFF\xFF\xFF\xFFj", 6), 0);
	CHECK_INT(size_of("R\0", 2), 0);
	CHECK_INT(size_of("\xFF", 1), 0);
}
