/* Digests by libcrypto. Any thread. */
#include "loader/digest.h"

#include <string.h>

#include "loader/hex.h"
#include "loader/libcrypto.h"

bool digest_make(struct digest *digest, const void *data, size_t size)
{
	const struct libcrypto *crypto = libcrypto();

	return crypto && crypto->sha256(data, size, digest->bytes);
}

void digest_print(const struct digest *digest, char ret_text[static DIGEST_TEXT])
{
	hex_print(digest->bytes, sizeof(digest->bytes), ret_text);
}

bool digest_read(struct digest *digest, const char *text)
{
	return strlen(text) == DIGEST_TEXT - 1 &&
	       hex_read(digest->bytes, sizeof(digest->bytes), text);
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool digest_is_none(const struct digest *digest)
{
	static const struct digest none;

	return digest_equal(digest, &none);
}
