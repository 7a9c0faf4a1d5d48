/* Frames of any bytes are read, and hold no more memory than has come. And what goes out comes in: the
 * frames that an outbox makes of messages are those messages again, those of one sender in their order.
 *
 * The input: a byte that chooses; then frames, each behind two bytes of length; or messages, each a byte
 * for its sender and three for its size. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "vm/base/heap.h"
#include "vm/dist/framing.h"
#include "vm/dist/outbox.h"
#include "vm/term/external.h"

#define SENDERS 8
#define SIZE_MAX_ (300 * 1024)
#define BEFORE 3 /* of a frame: version, tag, number of atoms */

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* ---- in ---- */

static void take_in(const uint8_t *at, const uint8_t *end, bool headers)
{
	struct framing f = { .headers = headers };
	struct joist_bytes message;
	size_t come = 0;
	int result = 0;

	while (result >= 0 && end - at >= 2) {
		size_t size = external_16(at), left = (size_t)(end - at) - 2;
		at += 2;
		if (size > left)
			size = left;
		result = framing_take(&f, (struct joist_bytes){ at, size }, &message);
		come += size;
		at += size;
		must(f.open_bytes <= come && f.open_count <= come);
		if (result > 0)
			must(message.size <= come);
	}
	framing_finish(&f);
}

/* ---- out and in ---- */

/* A message: four bytes, its sender and which of its messages it is, and so many more. */
static void send(struct outbox *o, unsigned from, unsigned number, size_t size)
{
	unsigned char *frame = heap_take(BEFORE + 4 + size);

	must(frame);
	memset(frame, (int)(from * 31 + number), BEFORE + 4 + size);
	memcpy(frame, (char[]){ (char)EXTERNAL_VERSION, FRAME_HEADER, 0 }, BEFORE);
	external_put_32(frame + BEFORE, from << 16 | number);
	const struct joist_bytes all = { frame, BEFORE + 4 + size };
	struct cargo *cargo =
		size > OUTBOX_FRAGMENT_BYTES ? cargo_make(frame, BEFORE + 4, all.size) : NULL;
	must(outbox_add(o, (joist_pid){ .id = from + 1 }, all, cargo));
	heap_give(frame, BEFORE + 4 + size);
}

struct receiver {
	struct framing framing;
	unsigned next[SENDERS]; /* the number of the next message of each */
	size_t sizes[SENDERS][256];
};

static void receive(struct receiver *r, struct joist_bytes frame)
{
	struct joist_bytes message;
	int got = framing_take(&r->framing, frame, &message);

	must(got >= 0);
	if (!got)
		return;
	const unsigned char *bytes = message.data;
	unsigned from = external_32(bytes) >> 16, number = external_32(bytes) & 0xFFFF;
	must(from < SENDERS && number == r->next[from]++);
	must(message.size == 4 + r->sizes[from][number]);
	for (size_t i = 4; i < message.size; i += 997)
		must(bytes[i] == (unsigned char)(from * 31 + number));
}

static void drain(struct outbox *o, struct receiver *r)
{
	struct block *block = outbox_next(o);

	for (size_t at = 0; block && at < block->size;) {
		size_t size = external_32(block->bytes + at);
		receive(r, (struct joist_bytes){ block->bytes + at + 4, size });
		at += 4 + size;
	}
	block_free(block);
}

static void send_out(const uint8_t *at, const uint8_t *end)
{
	static struct receiver r;
	unsigned sent[SENDERS] = { 0 };
	struct outbox o;

	r = (struct receiver){ .framing.headers = true };
	outbox_init(&o);
	for (; end - at >= 4; at += 4) {
		unsigned from = *at % SENDERS;
		size_t size = (external_32(at) & 0xFFFFFF) % SIZE_MAX_;
		if (*at >= 0xF0) {
			drain(&o, &r);
		} else if (sent[from] < 256 && o.bytes < 4 * SIZE_MAX_) {
			r.sizes[from][sent[from]] = size;
			send(&o, from, sent[from]++, size);
		}
	}
	while (o.bytes)
		drain(&o, &r);
	must(!memcmp(sent, r.next, sizeof(sent)) && !outbox_next(&o));
	outbox_finish(&o);
	framing_finish(&r.framing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (*data == 2)
		send_out(data + 1, data + size);
	else
		take_in(data + 1, data + size, *data & 1);
	return 0;
}
