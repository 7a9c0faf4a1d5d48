/* Signatures of files, Ed25519 (RFC 8032), by OpenSSL's libcrypto: keys, what is signed with them,
 * and both as the one line of text that is in their files:
 *
 *   joist-secret-key ed25519 SECRET
 *   joist-public-key ed25519 KEY
 *   joist-signature ed25519 KEY SIGNATURE
 *
 * The words behind the second are hexadecimal digits. A signature names the key that it was made
 * with, so that one by a foreign key can be told from one that does not fit. */
#ifndef JOIST_LOADER_SIGNATURE_H
#define JOIST_LOADER_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include <joist/term.h>

#define SIGNATURE_KEY_BYTES 32
#define SIGNATURE_KEY_TEXT (2 * SIGNATURE_KEY_BYTES + 1)

/* More than any of the three lines has. */
#define SIGNATURE_LINE_MAX 256

/* What stands behind the name of a file in that of its signature's, and of a key in that of the
 * key's that others may know. */
#define SIGNATURE_SUFFIX ".sig"
#define SIGNATURE_PUBLIC_SUFFIX ".pub"

struct secret_key {
	unsigned char bytes[SIGNATURE_KEY_BYTES];
};

struct public_key {
	unsigned char bytes[SIGNATURE_KEY_BYTES];
};

struct signature {
	struct public_key key;
	unsigned char bytes[64];
};

/* A new key, of the system's random numbers; false if it has none. */
bool signature_make_key(struct secret_key *ret_key);

/* The key that others may know; false where libcrypto is not there. */
bool signature_public(const struct secret_key *key, struct public_key *ret_public);

/* Signs bytes; false likewise. May take long. */
bool signature_make(const struct secret_key *key, struct joist_bytes bytes,
		    struct signature *ret_signature);

/* Whether it is that of these bytes, by the key that it names; false also where libcrypto is not
 * there. May take long. */
bool signature_fits(const struct signature *signature, struct joist_bytes bytes);

bool signature_key_equal(const struct public_key *a, const struct public_key *b);

/* Each writes its line, with its newline. */
void signature_print_secret(const struct secret_key *key, char ret_line[static SIGNATURE_LINE_MAX]);
void signature_print_public(const struct public_key *key, char ret_line[static SIGNATURE_LINE_MAX]);
void signature_print(const struct signature *signature, char ret_line[static SIGNATURE_LINE_MAX]);

/* Each reads its line, of any bytes; the newline may be missing. False if they are something else. */
bool signature_read_secret(struct secret_key *ret_key, struct joist_bytes line);
bool signature_read_public(struct public_key *ret_key, struct joist_bytes line);
bool signature_read(struct signature *ret_signature, struct joist_bytes line);

/* Its digits alone. */
void signature_key_print(const struct public_key *key, char ret_text[static SIGNATURE_KEY_TEXT]);

#endif
