/* Reading terms. What is open (a tuple, a list, a map whose end has not been read) is on the walk's stack;
 * the place of each part is known when its whole is begun, so parts are written where they belong. Every
 * count is held against the bytes that are left before memory is taken for it. Any thread; owns nothing. */
#include "vm/term/decode.h"

#include <errno.h>

#include "vm/term/decode_leaf.h"
#include "vm/term/external.h"
#include "vm/term/map.h"
#include "vm/term/walk.h"

/* What is open: where the next part goes and how many there are yet. A map's parts go to a place of their
 * own, as they come, and become a map when it is full: `map` is the word where that goes. */
struct open {
	uint64_t *at;
	uint64_t left;
	uint64_t step; /* from part to part, in words: 2 for a list's heads. Of a map: its pairs. */
	uint64_t *map; /* NULL: not a map */
};

#define OPEN_WORDS (sizeof(struct open) / sizeof(uint64_t))

struct reading {
	struct decode *d;
	struct walk walk;
	uint64_t owed; /* parts that all that is open has yet to come */
};

static struct open *top(struct reading *r)
{
	return r->walk.count ? (struct open *)(void *)(r->walk.words + r->walk.count - OPEN_WORDS)
			     : NULL;
}

static bool open_parts(struct reading *r, struct open open)
{
	if (!open.left)
		return true;
	if (r->walk.count / OPEN_WORDS >= DECODE_DEPTH_MAX) {
		decode_fail(r->d, -E2BIG);
		return false;
	}
	if (!walk_room(&r->walk, OPEN_WORDS)) {
		decode_fail(r->d, -ENOMEM);
		return false;
	}
	r->walk.count += OPEN_WORDS;
	*top(r) = open;
	r->owed += open.left;
	return true;
}

/* Room for `parts` parts in `words` words; NULL if that cannot be. Each part takes a byte at least. */
static uint64_t *take_parts(struct reading *r, uint64_t parts, uint64_t words)
{
	struct decode *d = r->d;

	if (d->error || parts > decode_left(d) || r->owed > decode_left(d) - parts) {
		decode_fail(d, -EBADMSG);
		return NULL;
	}
	uint64_t *at = arena_take(d->arena, words);
	if (!at)
		decode_fail(d, -ENOMEM);
	return at;
}

static uint64_t take_count(struct decode *d, size_t bytes)
{
	const unsigned char *at = decode_bytes(d, bytes);

	if (!at)
		return 0;
	return bytes == 1 ? *at : external_32(at);
}

static void begin_tuple(struct reading *r, uint64_t *place, uint64_t arity)
{
	uint64_t *box = take_parts(r, arity, 1 + arity);

	if (!box)
		return;
	box[0] = box_header(BOX_TUPLE, arity);
	*place = term_from_box(box).word;
	open_parts(r, (struct open){ box + 1, arity, 1, NULL });
}

/* The cells stand one behind the other, the last one's tail is the last part. */
static void begin_list(struct reading *r, uint64_t *place, uint64_t length)
{
	if (!length) { /* only its tail */
		open_parts(r, (struct open){ place, 1, 1, NULL });
		return;
	}
	uint64_t *cells = take_parts(r, length + 1, 2 * length);
	if (!cells)
		return;
	for (uint64_t i = 0; i + 1 < length; i++)
		cells[2 * i + 1] = term_from_cell(&cells[2 * i + 2]).word;
	*place = term_from_cell(cells).word;
	if (open_parts(r, (struct open){ &cells[2 * length - 1], 1, 1, NULL }))
		open_parts(r, (struct open){ cells, length, 2, NULL });
}

/* All its keys and values are there. */
static void end_map(struct reading *r, uint64_t *place, const uint64_t *items, uint64_t pairs)
{
	joist_term map = term_map(r->d->arena, (const joist_term *)(const void *)items, pairs);

	if (joist_is_none(map))
		decode_fail(r->d, -ENOMEM);
	else if (map_size(map) != pairs)
		decode_fail(r->d, -EBADMSG); /* a key stood there twice */
	else
		*place = map.word;
}

static void begin_map(struct reading *r, uint64_t *place, uint64_t pairs)
{
	if (!pairs) {
		end_map(r, place, NULL, 0);
		return;
	}
	uint64_t *items = take_parts(r, 2 * pairs, 2 * pairs);
	if (items)
		open_parts(r, (struct open){ items, 2 * pairs, pairs, place });
}

static void read_one(struct reading *r, uint64_t *place)
{
	struct decode *d = r->d;
	const unsigned char *tag = decode_bytes(d, 1);

	if (!tag)
		return;
	switch (*tag) {
	case EXTERNAL_SMALL_TUPLE:
	case EXTERNAL_LARGE_TUPLE:
		begin_tuple(r, place, take_count(d, *tag == EXTERNAL_SMALL_TUPLE ? 1 : 4));
		return;
	case EXTERNAL_LIST:
		begin_list(r, place, take_count(d, 4));
		return;
	case EXTERNAL_MAP:
		begin_map(r, place, take_count(d, 4));
		return;
	default: {
		joist_term leaf = decode_leaf(d, *tag);
		*place = leaf.word;
		if (joist_is_none(leaf))
			decode_fail(d, -EBADMSG);
	}
	}
}

/* Where the next part goes; NULL when nothing is open. What is full is closed: what has no end to come,
 * before its last part is read, so that a list in the tail of a list is no deeper than that. */
static uint64_t *next_place(struct reading *r)
{
	struct open *open;

	while ((open = top(r)) && !open->left) {
		struct open full = *open;
		uint64_t pairs = full.step;
		r->walk.count -= OPEN_WORDS;
		end_map(r, full.map, full.at - 2 * pairs, pairs);
	}
	if (!open || r->d->error)
		return NULL;
	uint64_t *place = open->at;
	open->at += open->map ? 1 : open->step;
	open->left--;
	r->owed--;
	if (!open->left && !open->map)
		r->walk.count -= OPEN_WORDS;
	return place;
}

joist_term decode_term(struct decode *decode)
{
	struct reading reading = { .d = decode };
	uint64_t word = 0, *place = &word;

	decode->error = 0;
	walk_init(&reading.walk);
	do
		read_one(&reading, place);
	while (!decode->error && (place = next_place(&reading)));
	walk_finish(&reading.walk);
	return decode->error ? TERM_NONE : (joist_term){ word };
}
