/* MD5, by the suite of RFC 1321. */
#include "vm/base/md5.h"

#include <stdio.h>
#include <string.h>

#include "test/harness.h"

static void digest_check(const char *text, const char *expected)
{
	unsigned char digest[MD5_BYTES];
	char hex[2 * MD5_BYTES + 1];

	md5(text, strlen(text), digest);
	for (int i = 0; i < MD5_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	CHECK_STR(hex, expected);
}

TEST(digests)
{
	digest_check("", "d41d8cd98f00b204e9800998ecf8427e");
	digest_check("a", "0cc175b9c0f1b6a831c399e269772661");
	digest_check("abc", "900150983cd24fb0d6963f7d28e17f72");
	digest_check("message digest", "f96b697d7cb7938d525a2f31aaf161d0");
	digest_check("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
		     "d174ab98d277d9f5a5611c2c9f419d9f");
	digest_check("1234567890123456789012345678901234567890123456789012345678901234567890"
		     "1234567890",
		     "57edf4a22be3c955ac49da2e2107b67a");
}
