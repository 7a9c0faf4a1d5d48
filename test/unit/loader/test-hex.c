/* Bytes and digits. */
#include "loader/hex.h"

#include "test/harness.h"

TEST(is_written_in_small_letters)
{
	char text[9];

	hex_print((const unsigned char[]){ 0, 0x1f, 0xa0, 0xff }, 4, text);
	CHECK_STR(text, "001fa0ff");
}

TEST(is_read_as_it_is_written)
{
	unsigned char bytes[2];

	CHECK(hex_read(bytes, 2, "beef and more"));
	CHECK_INT(bytes[0], 0xbe);
	CHECK_INT(bytes[1], 0xef);
}

TEST(refuses_what_is_no_digit)
{
	unsigned char bytes[2];

	CHECK(!hex_read(bytes, 2, "beeF"));
	CHECK(!hex_read(bytes, 2, "be f"));
	CHECK(!hex_read(bytes, 2, "bee"));
	CHECK(!hex_read(bytes, 2, "be"));
	CHECK(hex_read(bytes, 0, ""));
}
