/* The only place that loads libcrypto, which stays loaded. It has its memory of libc's heap. Any
 * thread. */
#include "loader/libcrypto.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define LIBRARY "libcrypto.so.3"

static struct libcrypto functions;
static bool found;

static const struct {
	const char *name;
	size_t at; /* in struct libcrypto */
} symbols[] = {
	{ "SHA256", offsetof(struct libcrypto, sha256) },
	{ "EVP_PKEY_new_raw_private_key", offsetof(struct libcrypto, key_of_private) },
	{ "EVP_PKEY_new_raw_public_key", offsetof(struct libcrypto, key_of_public) },
	{ "EVP_PKEY_get_raw_public_key", offsetof(struct libcrypto, key_public) },
	{ "EVP_PKEY_free", offsetof(struct libcrypto, key_free) },
	{ "EVP_MD_CTX_new", offsetof(struct libcrypto, context_new) },
	{ "EVP_MD_CTX_free", offsetof(struct libcrypto, context_free) },
	{ "EVP_DigestSignInit", offsetof(struct libcrypto, sign_init) },
	{ "EVP_DigestSign", offsetof(struct libcrypto, sign) },
	{ "EVP_DigestVerifyInit", offsetof(struct libcrypto, verify_init) },
	{ "EVP_DigestVerify", offsetof(struct libcrypto, verify) },
};

static void find(void)
{
	void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);

	found = library;
	for (size_t i = 0; found && i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void *symbol = dlsym(library, symbols[i].name);

		memcpy((char *)&functions + symbols[i].at, &symbol, sizeof(symbol));
		found = symbol;
	}
}

const struct libcrypto *libcrypto(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, find);
	return found ? &functions : NULL;
}
