/* Reading and writing the handshake. What comes is from anybody: nothing has been proved yet.
 * Owns nothing; any thread. */
#include "vm/dist/handshake.h"

#include <stdio.h>
#include <string.h>

#include "vm/dist/flags.h"
#include "vm/term/external.h"

#define COOKIE_MAX 512

static const char *const statuses[] = {
	[STATUS_OK] = "ok",	  [STATUS_OK_SIMULTANEOUS] = "ok_simultaneous",
	[STATUS_NOK] = "nok",	  [STATUS_NOT_ALLOWED] = "not_allowed",
	[STATUS_ALIVE] = "alive", [STATUS_TRUE] = "true",
	[STATUS_FALSE] = "false",
};

#define STATUS_COUNT (sizeof(statuses) / sizeof(*statuses))
#define NAMED "named:"

/* Room for a message of `size` bytes that begins with `tag`, behind which the caller writes. */
static unsigned char *put(struct text *to, char tag, size_t size)
{
	unsigned char *at = (unsigned char *)text_reserve(to, 2 + size);

	if (!at)
		return NULL;
	to->size += 2 + size;
	external_put_16(at, (uint32_t)size);
	at[2] = (unsigned char)tag;
	return at + 3;
}

/* A message of at least `size` bytes that begins with `tag`: what is behind that. */
static const unsigned char *get(struct joist_bytes message, char tag, size_t size)
{
	const unsigned char *at = message.data;

	return message.size >= size && *at == (unsigned char)tag ? at + 1 : NULL;
}

bool handshake_is_name(const char *name, size_t size)
{
	const char *at = memchr(name, '@', size);

	return at && at > name && at + 1 < name + size &&
	       !memchr(at + 1, '@', (size_t)(name + size - at - 1)) && !memchr(name, 0, size);
}

static void name_copy(struct handshake_name *name, const unsigned char *text, size_t size)
{
	memcpy(name->name, text, size);
	name->name[size] = 0;
	name->size = size;
}

/* ---- send_name: 'N', flags, creation, the name's length and itself ---- */

bool handshake_put_name(struct text *to, const struct handshake_name *name)
{
	unsigned char *at = put(to, 'N', 1 + 8 + 4 + 2 + name->size);

	if (!at)
		return false;
	external_put_64(at, name->flags);
	external_put_32(at + 8, name->creation);
	external_put_16(at + 12, (uint32_t)name->size);
	memcpy(at + 14, name->name, name->size);
	return true;
}

bool handshake_get_name(struct joist_bytes message, struct handshake_name *ret_name)
{
	const unsigned char *at = get(message, 'N', 1 + 14);

	if (!at)
		return false;
	size_t size = external_16(at + 12);
	if (size > HANDSHAKE_NAME_MAX || size > message.size - 15)
		return false;
	ret_name->flags = flags_expand(external_64(at));
	ret_name->creation = external_32(at + 8);
	name_copy(ret_name, at + 14, size);
	return true;
}

/* ---- status: 's' and a word ---- */

bool handshake_put_status(struct text *to, enum handshake_status status)
{
	size_t size = strlen(statuses[status]);
	unsigned char *at = put(to, 's', 1 + size);

	if (at)
		memcpy(at, statuses[status], size);
	return at;
}

bool handshake_put_named(struct text *to, const struct handshake_name *name)
{
	size_t word = strlen(NAMED);
	unsigned char *at = put(to, 's', 1 + word + 2 + name->size + 4);

	if (!at)
		return false;
	memcpy(at, NAMED, word);
	external_put_16(at + word, (uint32_t)name->size);
	memcpy(at + word + 2, name->name, name->size);
	external_put_32(at + word + 2 + name->size, name->creation);
	return true;
}

enum handshake_status handshake_get_status(struct joist_bytes message)
{
	const unsigned char *at = get(message, 's', 1);

	for (size_t i = 0; at && i < STATUS_COUNT; i++) {
		size_t size = strlen(statuses[i]);
		if (size == message.size - 1 && !memcmp(at, statuses[i], size))
			return (enum handshake_status)i;
	}
	return STATUS_UNKNOWN;
}

/* ---- challenge: 'N', flags, the challenge, creation, the name's length and itself ---- */

bool handshake_put_challenge(struct text *to, const struct handshake_name *name)
{
	unsigned char *at = put(to, 'N', 1 + 8 + 4 + 4 + 2 + name->size);

	if (!at)
		return false;
	external_put_64(at, name->flags);
	external_put_32(at + 8, name->challenge);
	external_put_32(at + 12, name->creation);
	external_put_16(at + 16, (uint32_t)name->size);
	memcpy(at + 18, name->name, name->size);
	return true;
}

bool handshake_get_challenge(struct joist_bytes message, struct handshake_name *ret_name)
{
	const unsigned char *at = get(message, 'N', 1 + 18);

	if (!at)
		return false;
	size_t size = external_16(at + 16);
	if (size > HANDSHAKE_NAME_MAX || size > message.size - 19)
		return false;
	ret_name->flags = flags_expand(external_64(at));
	ret_name->challenge = external_32(at + 8);
	ret_name->creation = external_32(at + 12);
	name_copy(ret_name, at + 18, size);
	return true;
}

/* ---- challenge_reply: 'r', a challenge, a digest; challenge_ack: 'a', a digest ---- */

bool handshake_put_reply(struct text *to, uint32_t challenge, const unsigned char digest[MD5_BYTES])
{
	unsigned char *at = put(to, 'r', 1 + 4 + MD5_BYTES);

	if (!at)
		return false;
	external_put_32(at, challenge);
	memcpy(at + 4, digest, MD5_BYTES);
	return true;
}

bool handshake_get_reply(struct joist_bytes message, uint32_t *ret_challenge,
			 unsigned char ret_digest[MD5_BYTES])
{
	const unsigned char *at = get(message, 'r', 1 + 4 + MD5_BYTES);

	if (!at)
		return false;
	*ret_challenge = external_32(at);
	memcpy(ret_digest, at + 4, MD5_BYTES);
	return true;
}

bool handshake_put_ack(struct text *to, const unsigned char digest[MD5_BYTES])
{
	unsigned char *at = put(to, 'a', 1 + MD5_BYTES);

	if (at)
		memcpy(at, digest, MD5_BYTES);
	return at;
}

bool handshake_get_ack(struct joist_bytes message, unsigned char ret_digest[MD5_BYTES])
{
	const unsigned char *at = get(message, 'a', 1 + MD5_BYTES);

	if (at)
		memcpy(ret_digest, at, MD5_BYTES);
	return at;
}

void handshake_digest(struct joist_bytes cookie, uint32_t challenge,
		      unsigned char ret_digest[MD5_BYTES])
{
	char text[COOKIE_MAX + 16];
	size_t size = cookie.size < COOKIE_MAX ? cookie.size : COOKIE_MAX;

	memcpy(text, cookie.data, size);
	size += (size_t)snprintf(text + size, 16, "%u", challenge);
	md5(text, size, ret_digest);
}

bool handshake_equal(const unsigned char a[MD5_BYTES], const unsigned char b[MD5_BYTES])
{
	unsigned char difference = 0;

	for (size_t i = 0; i < MD5_BYTES; i++)
		difference |= a[i] ^ b[i];
	return !difference;
}
