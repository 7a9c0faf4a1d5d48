/* Any bytes as a message of the handshake, in all its roles: what is read is written, and read back as
 * the same. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "vm/dist/handshake.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct joist_bytes behind_length(const struct text *text)
{
	return (struct joist_bytes){ text->data + 2, text->size - 2 };
}

static void same(const struct handshake_name *a, const struct handshake_name *b)
{
	must(a->flags == b->flags && a->creation == b->creation && a->size == b->size);
	must(!memcmp(a->name, b->name, a->size + 1) && !a->name[a->size]);
}

static void names(struct joist_bytes message, struct text *text)
{
	struct handshake_name name, again;

	if (handshake_get_name(message, &name)) {
		must(handshake_put_name(text, &name));
		must(handshake_get_name(behind_length(text), &again));
		same(&name, &again);
		if (handshake_is_name(name.name, name.size))
			must(strlen(name.name) == name.size && strchr(name.name, '@'));
	}
	text->size = 0;
	if (handshake_get_challenge(message, &name)) {
		must(handshake_put_challenge(text, &name));
		must(handshake_get_challenge(behind_length(text), &again));
		same(&name, &again);
		must(name.challenge == again.challenge);
	}
}

static void proofs(struct joist_bytes message, struct text *text)
{
	unsigned char digest[MD5_BYTES], again[MD5_BYTES];
	uint32_t challenge, challenge_again;

	if (handshake_get_reply(message, &challenge, digest)) {
		must(handshake_put_reply(text, challenge, digest));
		must(handshake_get_reply(behind_length(text), &challenge_again, again));
		must(challenge == challenge_again && handshake_equal(digest, again));
	}
	text->size = 0;
	if (handshake_get_ack(message, digest)) {
		must(handshake_put_ack(text, digest));
		must(handshake_get_ack(behind_length(text), again));
		must(handshake_equal(digest, again));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct joist_bytes message = { data, size };
	struct text text = { 0 };
	unsigned char digest[MD5_BYTES];

	names(message, &text);
	text.size = 0;
	proofs(message, &text);
	text.size = 0;
	enum handshake_status status = handshake_get_status(message);
	if (status < STATUS_NAMED) {
		must(handshake_put_status(&text, status));
		must(text.size == 2 + size && !memcmp(text.data + 2, data, size));
	}
	text_finish(&text);
	handshake_digest(message, (uint32_t)size, digest); /* a cookie is any bytes, too */
	return 0;
}
