/* SHA-256, by OpenSSL's libcrypto. */
#ifndef JOIST_LOADER_DIGEST_H
#define JOIST_LOADER_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

struct digest {
	unsigned char bytes[32];
};

#define DIGEST_TEXT 65

/* False where libcrypto is not there. Any thread. */
bool digest_make(struct digest *digest, const void *data, size_t size);

/* In hexadecimal digits, as sha256sum writes it. */
void digest_print(const struct digest *digest, char ret_text[static DIGEST_TEXT]);

/* The digest of 64 such digits; false if the text is something else. */
bool digest_read(struct digest *digest, const char *text);

bool digest_equal(const struct digest *a, const struct digest *b);

/* Whether it is all zero: none. */
bool digest_is_none(const struct digest *digest);

#endif
