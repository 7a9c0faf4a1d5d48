/* The words of the port mapper, beside those that OTP's says. */
#include "vm/dist/epmd.h"

#include <string.h>

#include "test/harness.h"

#define BYTES(text) ((struct joist_bytes){ text, sizeof(text) - 1 })

TEST_LEAK_FREE(requests)
{
	static const char alive[] = "\0\x10\x78\x12\x34M\0\0\6\0\6\0\3foo\0\0";
	struct text text = { 0 };

	CHECK(epmd_put_alive(&text, BYTES("foo"), 0x1234, false));
	CHECK(text.size == sizeof(alive) - 1 && !memcmp(text.data, alive, text.size));
	text.size = 0;
	CHECK(epmd_put_alive(&text, BYTES("foo"), 0x1234, true) && text.data[5] == 'H');
	text.size = 0;
	CHECK(epmd_put_port_please(&text, BYTES("foo")));
	CHECK(text.size == 6 && !memcmp(text.data, "\0\4zfoo", 6));
	text_finish(&text);
}

TEST(answers_to_alive)
{
	uint32_t creation;

	CHECK_INT(epmd_get_alive(BYTES("v"), &creation), EPMD_MORE);
	CHECK_INT(epmd_get_alive(BYTES("v\0\0\0\1"), &creation), EPMD_MORE);
	CHECK(epmd_get_alive(BYTES("v\0\0\0\1\2"), &creation) == EPMD_YES && creation == 258);
	CHECK(epmd_get_alive(BYTES("y\0\1\2"), &creation) == EPMD_YES && creation == 258);
	CHECK_INT(epmd_get_alive(BYTES("v\1"), &creation), EPMD_NO);
	CHECK_INT(epmd_get_alive(BYTES("y\1"), &creation), EPMD_NO);
	CHECK_INT(epmd_get_alive(BYTES("HTTP"), &creation), EPMD_BAD);
}

TEST(answers_where_a_node_is)
{
	uint16_t port;

	CHECK_INT(epmd_get_port(BYTES("w"), &port), EPMD_MORE);
	CHECK_INT(epmd_get_port(BYTES("w\1"), &port), EPMD_NO);
	CHECK_INT(epmd_get_port(BYTES("w\0\x12\x34M\0\0\6"), &port), EPMD_MORE);
	CHECK(epmd_get_port(BYTES("w\0\x12\x34M\0\0\6\0\5"), &port) == EPMD_YES && port == 0x1234);
	CHECK_INT(epmd_get_port(BYTES("w\0\x12\x34M\0\0\5\0\5"), &port), EPMD_NO); /* too old */
	CHECK_INT(epmd_get_port(BYTES("w\0\x12\x34M\1\0\6\0\5"), &port), EPMD_NO); /* not TCP */
	CHECK_INT(epmd_get_port(BYTES("nonsense"), &port), EPMD_BAD);
}
