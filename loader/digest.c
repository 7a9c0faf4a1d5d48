/* The only user of libcrypto's digests. The library stays loaded. Any thread. */
#include "loader/digest.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

typedef unsigned char *sha256_function(const unsigned char *data, size_t size,
				       unsigned char *digest);

static sha256_function *sha256;

static void find_function(void)
{
	void *library = dlopen("libcrypto.so.3", RTLD_LAZY | RTLD_LOCAL);
	void *symbol = library ? dlsym(library, "SHA256") : NULL;

	memcpy(&sha256, &symbol, sizeof(symbol));
}

bool digest_make(struct digest *digest, const void *data, size_t size)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, find_function);
	return sha256 && sha256(data, size, digest->bytes);
}

void digest_print(const struct digest *digest, char ret_text[static DIGEST_TEXT])
{
	for (size_t i = 0; i < sizeof(digest->bytes); i++)
		snprintf(ret_text + 2 * i, 3, "%02x", digest->bytes[i]);
}

/* Its value; -1 if it is no digit. */
static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool digest_read(struct digest *digest, const char *text)
{
	if (strlen(text) != DIGEST_TEXT - 1)
		return false;
	for (size_t i = 0; i < sizeof(digest->bytes); i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		digest->bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
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
