/* OpenSSL's libcrypto, which is loaded with the first use: that takes a millisecond. What is used of
 * it is declared here, so that no header of it is needed to build Joist; its ABI 3 keeps it. */
#ifndef JOIST_LOADER_LIBCRYPTO_H
#define JOIST_LOADER_LIBCRYPTO_H

#include <stddef.h>

#define LIBCRYPTO_ED25519 1087 /* EVP_PKEY_ED25519 */

/* Keys and contexts are libcrypto's own structs. */
struct libcrypto {
	unsigned char *(*sha256)(const unsigned char *data, size_t size, unsigned char *digest);
	void *(*key_of_private)(int type, void *engine, const unsigned char *bytes, size_t size);
	void *(*key_of_public)(int type, void *engine, const unsigned char *bytes, size_t size);
	int (*key_public)(const void *key, unsigned char *bytes, size_t *size);
	void (*key_free)(void *key);
	void *(*context_new)(void);
	void (*context_free)(void *context);
	int (*sign_init)(void *context, void *key_context, const void *digest, void *engine,
			 void *key);
	int (*sign)(void *context, unsigned char *signature, size_t *signature_size,
		    const unsigned char *data, size_t size);
	int (*verify_init)(void *context, void *key_context, const void *digest, void *engine,
			   void *key);
	int (*verify)(void *context, const unsigned char *signature, size_t signature_size,
		      const unsigned char *data, size_t size);
};

/* NULL where it is not there. Any thread that may block. */
const struct libcrypto *libcrypto(void);

#endif
