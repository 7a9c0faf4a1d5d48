/* Signatures as RFC 8032 has them, and the lines that keys and signatures are in files. */
#include "loader/signature.h"

#include <string.h>

#include "loader/hex.h"
#include "test/harness.h"

/* Section 7.1, test 3. */
#define SECRET "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
#define PUBLIC "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
#define SIGNATURE                                                                                  \
	"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"                         \
	"18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"

static const struct joist_bytes message = { "\xaf\x82", 2 };

static struct joist_bytes text(const char *line)
{
	return (struct joist_bytes){ line, strlen(line) };
}

static struct secret_key known_key(void)
{
	struct secret_key key;

	CHECK(signature_read_secret(&key, text("joist-secret-key ed25519 " SECRET)));
	return key;
}

static struct signature known_signature(void)
{
	struct signature signature;

	CHECK(signature_read(&signature,
			     text("joist-signature ed25519 " PUBLIC " " SIGNATURE "\n")));
	return signature;
}

TEST(is_that_of_the_standard)
{
	struct secret_key key = known_key();
	struct public_key public;
	struct signature made;
	char digits[SIGNATURE_KEY_TEXT], line[SIGNATURE_LINE_MAX];

	CHECK(signature_public(&key, &public));
	signature_key_print(&public, digits);
	CHECK_STR(digits, PUBLIC);
	CHECK(signature_make(&key, message, &made));
	signature_print(&made, line);
	CHECK_STR(line, "joist-signature ed25519 " PUBLIC " " SIGNATURE "\n");
	CHECK(signature_fits(&made, message));
}

TEST(fits_nothing_else)
{
	struct signature signature = known_signature(), other = signature;
	struct secret_key key;

	CHECK(signature_fits(&signature, message));
	CHECK(!signature_fits(&signature, text("\xaf\x83")));
	CHECK(!signature_fits(&signature, (struct joist_bytes){ "\xaf\x82", 1 }));
	CHECK(!signature_fits(&signature, (struct joist_bytes){ "", 0 }));
	other.bytes[0] ^= 1;
	CHECK(!signature_fits(&other, message));
	CHECK(signature_make_key(&key));
	CHECK(signature_public(&key, &signature.key));
	CHECK(!signature_fits(&signature, message));
}

TEST(is_of_a_key_of_its_own)
{
	struct secret_key one, other;
	struct public_key public_one, public_other;

	CHECK(signature_make_key(&one));
	CHECK(signature_make_key(&other));
	CHECK(signature_public(&one, &public_one));
	CHECK(signature_public(&other, &public_other));
	CHECK(signature_key_equal(&public_one, &public_one));
	CHECK(!signature_key_equal(&public_one, &public_other));
}

TEST(is_read_as_it_is_written)
{
	struct secret_key key = known_key(), key_again;
	struct public_key public, public_again;
	char line[SIGNATURE_LINE_MAX];

	signature_print_secret(&key, line);
	CHECK(signature_read_secret(&key_again, text(line)));
	CHECK(!memcmp(&key, &key_again, sizeof(key)));
	CHECK(signature_public(&key, &public));
	signature_print_public(&public, line);
	CHECK(signature_read_public(&public_again, text(line)));
	CHECK(signature_key_equal(&public, &public_again));
}

TEST(refuses_every_other_line)
{
	static const char *const wrong[] = {
		"",
		"\n",
		"joist-public-key ed25519 ",
		"joist-public-key ed25519 " PUBLIC "0",
		"joist-public-key ed25519 " PUBLIC "\n\n",
		"joist-public-key ed25519  " PUBLIC,
		"joist-public-key rsa " PUBLIC,
		"joist-secret-key ed25519 " PUBLIC,
		PUBLIC,
	};
	struct public_key key;
	struct secret_key secret;
	struct signature signature;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK(!signature_read_public(&key, text(wrong[i])));
	CHECK(!signature_read_public(
		&key, (struct joist_bytes){ "joist-public-key ed25519 " PUBLIC "\0", 90 }));
	CHECK(!signature_read_secret(&secret, text("joist-public-key ed25519 " PUBLIC)));
	CHECK(!signature_read(&signature, text("joist-signature ed25519 " PUBLIC)));
	CHECK(!signature_read(&signature, text("joist-signature ed25519 " PUBLIC "-" SIGNATURE)));
	CHECK(!signature_read(&signature, text("joist-signature ed25519 " PUBLIC " X" SIGNATURE)));
}
