/* Fragments, and the heads of frames. A peer says how many fragments there will be; nothing is
 * taken for them before they come. Owned by the thread that reads the connection. */
#include "vm/dist/framing.h"

#include <errno.h>

#include "vm/base/heap.h"
#include "vm/term/external.h"

struct fragments {
	struct fragments *next;
	uint64_t sequence;
	uint64_t left; /* the number of the next fragment: they are counted down to 1 */
	struct text bytes;
};

/* Behind 131 and 69 or 70: the sequence and the number. */
#define FRAGMENT_HEAD (2 + 8 + 8)

static struct fragments **find(struct framing *f, uint64_t sequence)
{
	struct fragments **link = &f->open;

	while (*link && (*link)->sequence != sequence)
		link = &(*link)->next;
	return link;
}

static int add_bytes(struct framing *f, struct fragments *of, const unsigned char *at,
		     const unsigned char *end)
{
	size_t size = (size_t)(end - at);

	if (f->open_bytes + size > FRAMING_BYTES_MAX)
		return -E2BIG;
	f->open_bytes += size;
	return text_add(&of->bytes, at, size) ? 0 : -ENOMEM;
}

/* The last one has come: the message is whole. */
static int close_sequence(struct framing *f, struct fragments **link,
			  struct joist_bytes *ret_message)
{
	struct fragments *done = *link;

	*link = done->next;
	f->open_count--;
	f->open_bytes -= done->bytes.size;
	text_finish(&f->whole);
	f->whole = done->bytes;
	*ret_message = (struct joist_bytes){ f->whole.data, f->whole.size };
	heap_give(done, sizeof(*done));
	return 1;
}

static int take_first(struct framing *f, const unsigned char *at, const unsigned char *end,
		      struct joist_bytes *ret_message)
{
	uint64_t sequence = external_64(at + 2), number = external_64(at + 10);
	const unsigned char *atoms = at + FRAGMENT_HEAD; /* how many the header has: none */

	if (atoms == end || *atoms || !number || *find(f, sequence))
		return -EBADMSG;
	if (number == 1) {
		*ret_message = (struct joist_bytes){ atoms + 1, (size_t)(end - atoms - 1) };
		return 1;
	}
	if (f->open_count == FRAMING_OPEN_MAX)
		return -E2BIG;
	struct fragments *open = heap_take(sizeof(*open));
	if (!open)
		return -ENOMEM;
	*open = (struct fragments){ .next = f->open, .sequence = sequence, .left = number - 1 };
	f->open = open;
	f->open_count++;
	return add_bytes(f, open, atoms + 1, end);
}

static int take_fragment(struct framing *f, const unsigned char *at, const unsigned char *end,
			 struct joist_bytes *ret_message)
{
	uint64_t number = external_64(at + 10);
	struct fragments **link = find(f, external_64(at + 2));

	if (!*link || (*link)->left != number)
		return -EBADMSG;
	int error = add_bytes(f, *link, at + FRAGMENT_HEAD, end);
	(*link)->left--;
	return error || number > 1 ? error : close_sequence(f, link, ret_message);
}

int framing_take(struct framing *f, struct joist_bytes frame, struct joist_bytes *ret_message)
{
	const unsigned char *at = frame.data, *end = at + frame.size;

	if (!f->headers) {
		if (frame.size < 3 || at[0] != FRAME_PASS_THROUGH || at[1] != EXTERNAL_VERSION)
			return -EBADMSG;
		*ret_message = (struct joist_bytes){ at + 2, frame.size - 2 };
		return 1;
	}
	if (frame.size < 3 || at[0] != EXTERNAL_VERSION)
		return -EBADMSG;
	if (at[1] == FRAME_HEADER) {
		*ret_message = (struct joist_bytes){ at + 3, frame.size - 3 };
		return at[2] ? -EBADMSG : 1;
	}
	if (frame.size < FRAGMENT_HEAD)
		return -EBADMSG;
	if (at[1] == FRAME_FIRST)
		return take_first(f, at, end, ret_message);
	return at[1] == FRAME_FRAGMENT ? take_fragment(f, at, end, ret_message) : -EBADMSG;
}

void framing_finish(struct framing *f)
{
	for (struct fragments *open = f->open, *next; open; open = next) {
		next = open->next;
		text_finish(&open->bytes);
		heap_give(open, sizeof(*open));
	}
	text_finish(&f->whole);
	*f = (struct framing){ 0 };
}
