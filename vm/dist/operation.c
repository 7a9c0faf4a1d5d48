/* Control messages on their way out: their bytes, and their place in the outbox. Any thread. */
#include "vm/dist/operation.h"

#include "vm/dist/direct.h"
#include "vm/dist/flags.h"
#include "vm/dist/framing.h"
#include "vm/term/encode.h"
#include "vm/term/external.h"

static bool put_part(struct text *text, bool headers, joist_term term)
{
	return (headers || text_add_char(text, (char)EXTERNAL_VERSION)) && !encode_term(text, term);
}

bool operation_encode(struct operation_bytes *bytes, uint64_t flags, joist_term control,
		      joist_term payload)
{
	static const char header[] = { (char)EXTERNAL_VERSION, FRAME_HEADER, 0 };
	bool headers = flags & FLAG_FRAGMENTS;
	struct text *text = &bytes->text;

	*bytes = (struct operation_bytes){ 0 };
	if (!(headers ? text_add(text, header, sizeof(header))
		      : text_add_char(text, FRAME_PASS_THROUGH)) ||
	    !put_part(text, headers, control))
		return false;
	bytes->head = text->size;
	if (joist_is_none(payload))
		return true;
	if (!put_part(text, headers, payload))
		return false;
	if (!(flags & FLAG_FRAGMENTS) || text->size - bytes->head <= OUTBOX_WHOLE_BYTES)
		return true;
	bytes->cargo = cargo_make(text->data, bytes->head, text->size);
	return bytes->cargo;
}

void operation_drop(struct operation_bytes *bytes)
{
	text_finish(&bytes->text);
	cargo_free(bytes->cargo);
}

void operation_put(struct peer *peer, joist_pid from, struct operation_bytes *bytes)
{
	const struct joist_bytes frame = { bytes->text.data, bytes->text.size };

	bool alone = !bytes->cargo && direct_is_due(peer);

	if (!outbox_add(&peer->outbox, from, frame, bytes->cargo)) {
		peer->failed = true;
		return;
	}
	bytes->cargo = NULL;
	if (alone)
		direct_write(peer);
	else
		direct_leave(peer);
}

void operation_send(struct peer *peer, joist_pid from, joist_term control, joist_term payload)
{
	struct operation_bytes bytes;

	if (!joist_is_none(control) && operation_encode(&bytes, peer->flags, control, payload))
		operation_put(peer, from, &bytes);
	else
		peer->failed = true;
	if (!joist_is_none(control))
		operation_drop(&bytes);
}
