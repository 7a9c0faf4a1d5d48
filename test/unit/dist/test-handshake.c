/* The handshake's messages, and what is none of them. */
#include "vm/dist/handshake.h"

#include <string.h>

#include "test/harness.h"
#include "vm/dist/flags.h"

#define BYTES(text) ((struct joist_bytes){ text, sizeof(text) - 1 })

static struct joist_bytes behind_length(const struct text *text)
{
	CHECK_INT((unsigned char)text->data[0] << 8 | (unsigned char)text->data[1], text->size - 2);
	return (struct joist_bytes){ text->data + 2, text->size - 2 };
}

TEST_LEAK_FREE(what_is_put_is_got)
{
	struct handshake_name name = { .flags = UINT64_C(0xD07DF5FBD),
				       .creation = 0xFFFFFFFE,
				       .challenge = 7,
				       .size = 3,
				       .name = "a@b" };
	unsigned char digest[MD5_BYTES], got_digest[MD5_BYTES];
	struct handshake_name got;
	struct text text = { 0 };
	uint32_t challenge;

	handshake_digest(BYTES("secret"), 4000000000, digest);
	CHECK(handshake_put_name(&text, &name) && handshake_get_name(behind_length(&text), &got));
	CHECK(got.flags == name.flags && got.creation == name.creation);
	CHECK_STR(got.name, "a@b");
	text.size = 0;
	CHECK(handshake_put_challenge(&text, &name));
	CHECK(handshake_get_challenge(behind_length(&text), &got) && got.challenge == 7);
	text.size = 0;
	CHECK(handshake_put_reply(&text, 9, digest));
	CHECK(handshake_get_reply(behind_length(&text), &challenge, got_digest));
	CHECK(challenge == 9 && handshake_equal(digest, got_digest));
	text.size = 0;
	CHECK(handshake_put_ack(&text, digest));
	CHECK(handshake_get_ack(behind_length(&text), got_digest));
	for (int status = STATUS_OK; status < STATUS_NAMED; status++) {
		text.size = 0;
		CHECK(handshake_put_status(&text, (enum handshake_status)status));
		CHECK_INT(handshake_get_status(behind_length(&text)), status);
	}
	text_finish(&text);
}

TEST(what_is_cut_short_is_not_read)
{
	static const char name[] = "N\0\0\0\r\7\xDF\x5F\xBD\0\0\0\1\0\3a@b";
	struct handshake_name got;

	CHECK(handshake_get_name(BYTES(name), &got));
	for (size_t size = 0; size < sizeof(name) - 1; size++)
		CHECK(!handshake_get_name((struct joist_bytes){ name, size }, &got));
	CHECK(!handshake_get_name(BYTES("N\0\0\0\r\7\xDF\x5F\xBD\0\0\0\1\xFF\xFF"
					"a@b"),
				  &got));
	CHECK(!handshake_get_challenge(BYTES(name), &got));
	CHECK_INT(handshake_get_status(BYTES("s")), STATUS_UNKNOWN);
	CHECK_INT(handshake_get_status(BYTES("sokay")), STATUS_UNKNOWN);
	CHECK_INT(handshake_get_status(BYTES("")), STATUS_UNKNOWN);
}

/* As OTP's: the cookie, then the challenge in decimal digits, without a sign. */
TEST(the_digest_is_erlangs)
{
	unsigned char digest[MD5_BYTES], expected[MD5_BYTES];

	handshake_digest(BYTES("c"), 4294967295, digest);
	md5("c4294967295", 11, expected);
	CHECK(handshake_equal(digest, expected));
	digest[15] ^= 1;
	CHECK(!handshake_equal(digest, expected));
}

TEST(the_digest_flag_stands_for_all_of_25)
{
	CHECK_INT(flags_expand(FLAG_MANDATORY_25_DIGEST) & FLAGS_MANDATORY_25, FLAGS_MANDATORY_25);
	CHECK_INT(FLAGS_MANDATORY_25, 0x1070F94);
	CHECK_INT(FLAGS_OWN | FLAG_PUBLISHED, INT64_C(0xD07DF5FBD));
}

TEST(names)
{
	CHECK(handshake_is_name("a@b", 3));
	CHECK(!handshake_is_name("ab", 2) && !handshake_is_name("@b", 2));
	CHECK(!handshake_is_name("a@", 2) && !handshake_is_name("a@b@c", 5));
	CHECK(!handshake_is_name("a@\0b", 4) && !handshake_is_name("", 0));
}
