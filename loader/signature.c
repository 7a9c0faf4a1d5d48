/* Keys and signatures. Secret ones are wiped from the memory that they pass through here. Owns
 * nothing. Any thread that may block. */
#include "loader/signature.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "loader/hex.h"
#include "loader/libcrypto.h"

#define SECRET_HEAD "joist-secret-key ed25519 "
#define PUBLIC_HEAD "joist-public-key ed25519 "
#define SIGNATURE_HEAD "joist-signature ed25519 "

/* ---- keys ---- */

bool signature_make_key(struct secret_key *ret_key)
{
	/* So few bytes come at once, or not at all. */
	return getrandom(ret_key->bytes, sizeof(ret_key->bytes), 0) ==
	       (ssize_t)sizeof(ret_key->bytes);
}

static void *open_secret(const struct libcrypto *crypto, const struct secret_key *key)
{
	return crypto ? crypto->key_of_private(LIBCRYPTO_ED25519, NULL, key->bytes,
					       sizeof(key->bytes))
		      : NULL;
}

bool signature_public(const struct secret_key *key, struct public_key *ret_public)
{
	const struct libcrypto *crypto = libcrypto();
	void *own = open_secret(crypto, key);
	size_t size = sizeof(ret_public->bytes);
	bool done;

	if (!own)
		return false;
	done = crypto->key_public(own, ret_public->bytes, &size) == 1;
	crypto->key_free(own);
	return done;
}

bool signature_key_equal(const struct public_key *a, const struct public_key *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* ---- signing ---- */

static bool sign(const struct libcrypto *crypto, void *key, struct joist_bytes bytes,
		 struct signature *signature)
{
	void *context = crypto->context_new();
	size_t size = sizeof(signature->bytes);
	bool done = context && crypto->sign_init(context, NULL, NULL, NULL, key) == 1 &&
		    crypto->sign(context, signature->bytes, &size, bytes.data, bytes.size) == 1;

	crypto->context_free(context);
	return done;
}

bool signature_make(const struct secret_key *key, struct joist_bytes bytes,
		    struct signature *ret_signature)
{
	const struct libcrypto *crypto = libcrypto();
	void *own = open_secret(crypto, key);
	bool done;

	if (!own)
		return false;
	done = signature_public(key, &ret_signature->key) &&
	       sign(crypto, own, bytes, ret_signature);
	crypto->key_free(own);
	return done;
}

static bool verify(const struct libcrypto *crypto, void *key, struct joist_bytes bytes,
		   const struct signature *signature)
{
	void *context = crypto->context_new();
	bool fits = context && crypto->verify_init(context, NULL, NULL, NULL, key) == 1 &&
		    crypto->verify(context, signature->bytes, sizeof(signature->bytes), bytes.data,
				   bytes.size) == 1;

	crypto->context_free(context);
	return fits;
}

bool signature_fits(const struct signature *signature, struct joist_bytes bytes)
{
	const struct libcrypto *crypto = libcrypto();
	void *key = crypto ? crypto->key_of_public(LIBCRYPTO_ED25519, NULL, signature->key.bytes,
						   sizeof(signature->key.bytes))
			   : NULL;
	bool fits;

	if (!key)
		return false;
	fits = verify(crypto, key, bytes, signature);
	crypto->key_free(key);
	return fits;
}

/* ---- text ---- */

void signature_key_print(const struct public_key *key, char ret_text[static SIGNATURE_KEY_TEXT])
{
	hex_print(key->bytes, sizeof(key->bytes), ret_text);
}

void signature_print_secret(const struct secret_key *key, char ret_line[static SIGNATURE_LINE_MAX])
{
	char text[SIGNATURE_KEY_TEXT];

	hex_print(key->bytes, sizeof(key->bytes), text);
	snprintf(ret_line, SIGNATURE_LINE_MAX, SECRET_HEAD "%s\n", text);
	explicit_bzero(text, sizeof(text));
}

void signature_print_public(const struct public_key *key, char ret_line[static SIGNATURE_LINE_MAX])
{
	char text[SIGNATURE_KEY_TEXT];

	signature_key_print(key, text);
	snprintf(ret_line, SIGNATURE_LINE_MAX, PUBLIC_HEAD "%s\n", text);
}

void signature_print(const struct signature *signature, char ret_line[static SIGNATURE_LINE_MAX])
{
	char key[SIGNATURE_KEY_TEXT], text[2 * sizeof(signature->bytes) + 1];

	signature_key_print(&signature->key, key);
	hex_print(signature->bytes, sizeof(signature->bytes), text);
	snprintf(ret_line, SIGNATURE_LINE_MAX, SIGNATURE_HEAD "%s %s\n", key, text);
}

/* The line without its newline, ended by a zero; false if it is too long, or has a zero. */
static bool take_line(struct joist_bytes line, char ret_text[static SIGNATURE_LINE_MAX])
{
	const char *from = line.data;
	size_t size = line.size;

	if (size && from[size - 1] == '\n')
		size--;
	if (size >= SIGNATURE_LINE_MAX || memchr(from, 0, size))
		return false;
	memcpy(ret_text, from, size);
	ret_text[size] = 0;
	return true;
}

/* What stands behind the head, if that and `digits` characters are all there is; else NULL. */
static const char *behind(const char *text, const char *head, size_t characters)
{
	size_t size = strlen(head);

	return !strncmp(text, head, size) && strlen(text) == size + characters ? text + size : NULL;
}

bool signature_read_secret(struct secret_key *ret_key, struct joist_bytes line)
{
	char text[SIGNATURE_LINE_MAX];
	const char *key =
		take_line(line, text) ? behind(text, SECRET_HEAD, SIGNATURE_KEY_TEXT - 1) : NULL;
	bool fine = key && hex_read(ret_key->bytes, sizeof(ret_key->bytes), key);

	explicit_bzero(text, sizeof(text));
	return fine;
}

bool signature_read_public(struct public_key *ret_key, struct joist_bytes line)
{
	char text[SIGNATURE_LINE_MAX];
	const char *key =
		take_line(line, text) ? behind(text, PUBLIC_HEAD, SIGNATURE_KEY_TEXT - 1) : NULL;

	return key && hex_read(ret_key->bytes, sizeof(ret_key->bytes), key);
}

bool signature_read(struct signature *ret_signature, struct joist_bytes line)
{
	char text[SIGNATURE_LINE_MAX] = "";
	size_t characters = SIGNATURE_KEY_TEXT + 2 * sizeof(ret_signature->bytes);
	const char *key = take_line(line, text) ? behind(text, SIGNATURE_HEAD, characters) : NULL;

	return key && hex_read(ret_signature->key.bytes, sizeof(ret_signature->key.bytes), key) &&
	       key[SIGNATURE_KEY_TEXT - 1] == ' ' &&
	       hex_read(ret_signature->bytes, sizeof(ret_signature->bytes),
			key + SIGNATURE_KEY_TEXT);
}
