/* The messages of Erlang's handshake, version 6, without the two bytes of length in front:
 * writing and reading them. In what order they come is the line's business (line.h). */
#ifndef JOIST_VM_DIST_HANDSHAKE_H
#define JOIST_VM_DIST_HANDSHAKE_H

#include "vm/base/md5.h"
#include "vm/base/text.h"
#include "vm/term/term.h"

#define HANDSHAKE_NAME_MAX 255

/* What a node says of itself; a challenge too, if it asks for the secret. */
struct handshake_name {
	uint64_t flags;
	uint32_t creation;
	uint32_t challenge;
	size_t size; /* of the name, which is ended by a zero */
	char name[HANDSHAKE_NAME_MAX + 1];
};

enum handshake_status {
	STATUS_OK,
	STATUS_OK_SIMULTANEOUS,
	STATUS_NOK, /* the acceptor's own attempt goes on */
	STATUS_NOT_ALLOWED,
	STATUS_ALIVE, /* there is a connection: does the initiator want another? */
	STATUS_TRUE, /* it does */
	STATUS_FALSE,
	STATUS_NAMED, /* asked for a name, it got one */
	STATUS_UNKNOWN,
};

/* Each adds its message, with the length in front; false when memory is short. */
bool handshake_put_name(struct text *to, const struct handshake_name *name);
bool handshake_put_status(struct text *to, enum handshake_status status);
bool handshake_put_named(struct text *to, const struct handshake_name *name);
bool handshake_put_challenge(struct text *to, const struct handshake_name *name);
bool handshake_put_reply(struct text *to, uint32_t challenge,
			 const unsigned char digest[MD5_BYTES]);
bool handshake_put_ack(struct text *to, const unsigned char digest[MD5_BYTES]);

/* Each reads a whole message; false if it is none of that kind. */
bool handshake_get_name(struct joist_bytes message, struct handshake_name *ret_name);
enum handshake_status handshake_get_status(struct joist_bytes message);
bool handshake_get_challenge(struct joist_bytes message, struct handshake_name *ret_name);
bool handshake_get_reply(struct joist_bytes message, uint32_t *ret_challenge,
			 unsigned char ret_digest[MD5_BYTES]);
bool handshake_get_ack(struct joist_bytes message, unsigned char ret_digest[MD5_BYTES]);

/* What proves that one knows the cookie. */
void handshake_digest(struct joist_bytes cookie, uint32_t challenge,
		      unsigned char ret_digest[MD5_BYTES]);

/* Whether they are the same, in a time that does not tell where they differ. */
bool handshake_equal(const unsigned char a[MD5_BYTES], const unsigned char b[MD5_BYTES]);

/* Whether it may be a node's name: one @, with something on both sides. */
bool handshake_is_name(const char *name, size_t size);

#endif
