/* SHA-256, as everybody else has it. */
#include "loader/digest.h"

#include <string.h>

#include "test/harness.h"

#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

TEST(is_what_sha256sum_says)
{
	char text[DIGEST_TEXT];
	struct digest digest;

	CHECK(digest_make(&digest, "abc", 3));
	digest_print(&digest, text);
	CHECK_STR(text, OF_ABC);
}

TEST(is_read_as_it_is_written)
{
	struct digest made, read;

	CHECK(digest_make(&made, "abc", 3));
	CHECK(digest_read(&read, OF_ABC));
	CHECK(digest_equal(&made, &read));
	CHECK(!digest_read(&read, OF_ABC "0"));
	CHECK(!digest_read(&read, "ABC"));
	CHECK(!digest_read(&read, ""));
	CHECK(!digest_is_none(&made));
	CHECK(digest_is_none(&(struct digest){ { 0 } }));
}
