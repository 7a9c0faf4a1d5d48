/* The port mapper's protocol, as far as its clients speak it. Owns nothing; any thread. */
#include "vm/dist/epmd.h"

#include <string.h>

#include "vm/term/external.h"

enum {
	ALIVE2_REQUEST = 120,
	ALIVE2_RESPONSE = 121,
	ALIVE2_X_RESPONSE = 118, /* with a longer creation */
	PORT_PLEASE2_REQUEST = 122,
	PORT2_RESPONSE = 119,
	TYPE_VISIBLE = 77,
	TYPE_HIDDEN = 72,
	PROTOCOL_TCP = 0,
	VERSION = 6, /* of the handshake: the highest and lowest that we speak */
};

static unsigned char *put(struct text *to, size_t size)
{
	unsigned char *at = (unsigned char *)text_reserve(to, 2 + size);

	if (!at)
		return NULL;
	to->size += 2 + size;
	external_put_16(at, (uint32_t)size);
	return at + 2;
}

bool epmd_put_alive(struct text *to, struct joist_bytes name, uint16_t port, bool hidden)
{
	unsigned char *at = put(to, 1 + 2 + 1 + 1 + 2 + 2 + 2 + name.size + 2);

	if (!at)
		return false;
	at[0] = ALIVE2_REQUEST;
	external_put_16(at + 1, port);
	at[3] = hidden ? TYPE_HIDDEN : TYPE_VISIBLE;
	at[4] = PROTOCOL_TCP;
	external_put_16(at + 5, VERSION);
	external_put_16(at + 7, VERSION);
	external_put_16(at + 9, (uint32_t)name.size);
	memcpy(at + 11, name.data, name.size);
	external_put_16(at + 11 + name.size, 0);
	return true;
}

enum epmd_answer epmd_get_alive(struct joist_bytes answer, uint32_t *ret_creation)
{
	const unsigned char *at = answer.data;

	if (answer.size < 2)
		return EPMD_MORE;
	if (at[0] != ALIVE2_RESPONSE && at[0] != ALIVE2_X_RESPONSE)
		return EPMD_BAD;
	if (at[1])
		return EPMD_NO;
	if (answer.size < (at[0] == ALIVE2_X_RESPONSE ? 6u : 4u))
		return EPMD_MORE;
	*ret_creation = at[0] == ALIVE2_X_RESPONSE ? external_32(at + 2) : external_16(at + 2);
	return EPMD_YES;
}

bool epmd_put_port_please(struct text *to, struct joist_bytes name)
{
	unsigned char *at = put(to, 1 + name.size);

	if (!at)
		return false;
	at[0] = PORT_PLEASE2_REQUEST;
	memcpy(at + 1, name.data, name.size);
	return true;
}

enum epmd_answer epmd_get_port(struct joist_bytes answer, uint16_t *ret_port)
{
	const unsigned char *at = answer.data;

	if (answer.size < 2)
		return EPMD_MORE;
	if (at[0] != PORT2_RESPONSE)
		return EPMD_BAD;
	if (at[1])
		return EPMD_NO;
	if (answer.size < 10)
		return EPMD_MORE;
	*ret_port = external_16(at + 2);
	return at[5] == PROTOCOL_TCP && external_16(at + 6) >= VERSION ? EPMD_YES : EPMD_NO;
}
