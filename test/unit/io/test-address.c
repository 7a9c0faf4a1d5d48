/* Addresses and their texts. */
#include "vm/io/address.h"

#include <errno.h>
#include <string.h>

#include "test/harness.h"

static void check_split(const char *text, const char *host, int port)
{
	char got[ADDRESS_HOST_MAX];
	uint16_t got_port;

	CHECK_INT(address_split(text, got, &got_port), 0);
	CHECK_STR(got, host);
	CHECK_INT(got_port, port);
}

TEST(splits)
{
	check_split("127.0.0.1:80", "127.0.0.1", 80);
	check_split("[::1]:65535", "::1", 65535);
	check_split("example.org:0", "example.org", 0);
}

TEST(refuses_to_split)
{
	static const char *const wrong[] = { "",       "host",	     ":80",	"host:",
					     "host:x", "host:65536", "host:-1", "host:080000",
					     "::1:80", "[::1]",	     "[]:80",	"[::1:80",
					     "[:80",   "host: 1",    "host:1 " };
	char host[ADDRESS_HOST_MAX], longest[ADDRESS_HOST_MAX + 8];
	uint16_t port = 7;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK_INT(address_split(wrong[i], host, &port), -EINVAL);
	memset(longest, 'a', sizeof(longest));
	strcpy(&longest[ADDRESS_HOST_MAX], ":80");
	CHECK_INT(address_split(longest, host, &port), -EINVAL);
	CHECK_INT(port, 7);
	strcpy(&longest[ADDRESS_HOST_MAX - 1], ":80");
	CHECK_INT(address_split(longest, host, &port), 0);
}

static void check_parse(const char *text, int family, const char *host, int port)
{
	struct address address;
	char got[ADDRESS_TEXT_MAX];

	CHECK_INT(address_parse(text, &address), 0);
	CHECK_INT(address.any.sa_family, family);
	CHECK_INT(address_port(&address), port);
	address_host(&address, got);
	CHECK_STR(got, host);
	address_set_port(&address, 4711);
	CHECK_INT(address_port(&address), 4711);
}

TEST(parses_literals)
{
	check_parse("0.0.0.0:0", AF_INET, "0.0.0.0", 0);
	check_parse("[fe80::1:2]:8080", AF_INET6, "fe80::1:2", 8080);
	check_parse("[::ffff:10.0.0.1]:1", AF_INET6, "::ffff:10.0.0.1", 1);
}

TEST(takes_names_for_no_literals)
{
	struct address address = { 0 };

	CHECK_INT(address_parse("localhost:80", &address), -EINVAL);
	CHECK(!address_literal("1.2.3", 80, &address));
	CHECK_INT(address_port(&address), 0);
}
