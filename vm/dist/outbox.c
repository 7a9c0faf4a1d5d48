/* The outbox: blocks, and lanes between them. Senders add at the end, the thread that writes
 * takes from the front; both hold the lock of the peer. */
#include "vm/dist/outbox.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/heap.h"
#include "vm/dist/framing.h"
#include "vm/term/external.h"

#define BLOCK_BYTES (32 * 1024)
#define LENGTH 4 /* in front of each frame */
#define FRAGMENT_HEAD (2 + 8 + 8) /* version, tag, sequence, number */

/* A message of a lane. Its bytes begin with what a frame begins with: version, tag, number of
 * atoms. */
struct cargo {
	struct cargo *next;
	size_t size, at, head; /* bytes; how many of them are written; of them, those of the head */
	uint64_t sequence, left; /* of its fragments; 0: it goes whole */
	unsigned char bytes[];
};

struct lane {
	struct lane *next;
	joist_pid from;
	struct cargo *first, **last;
};

void outbox_init(struct outbox *o)
{
	*o = (struct outbox){ 0 };
	o->last = &o->first;
	o->open_last = &o->open;
}

void cargo_free(struct cargo *cargo)
{
	if (cargo)
		heap_give(cargo, sizeof(*cargo) + cargo->size);
}

static void lane_free(struct lane *lane)
{
	for (struct cargo *c = lane->first, *next; c; c = next) {
		next = c->next;
		cargo_free(c);
	}
	heap_give(lane, sizeof(*lane));
}

static void lanes_free(struct lane *list)
{
	for (struct lane *next; list; list = next) {
		next = list->next;
		lane_free(list);
	}
}

void block_free(struct block *block)
{
	if (block)
		heap_give(block, sizeof(*block) + block->room);
}

void outbox_finish(struct outbox *o)
{
	for (struct block *block = o->first, *next; block; block = next) {
		next = block->next;
		block_free(block);
	}
	lanes_free(o->waiting);
	lanes_free(o->open);
	outbox_init(o);
}

/* ---- blocks ---- */

static struct block *block_make(size_t room)
{
	struct block *block = heap_take(sizeof(*block) + room);

	if (block)
		*block = (struct block){ .room = room };
	return block;
}

static void block_append(struct outbox *o, struct block *block)
{
	joist_assert(o->last); /* where the next one goes, if it were the first */
	*o->last = block;
	o->last = &block->next;
}

/* The last block, if it is one of bytes. */
static struct block *block_last(struct outbox *o)
{
	return o->first ? container_of(o->last, struct block, next) : NULL;
}

/* Room for `bytes` at the end. */
static unsigned char *block_reserve(struct outbox *o, size_t bytes)
{
	struct block *block = block_last(o);

	if (!block || block->lane || block->room - block->size < bytes) {
		block = block_make(bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
		if (!block)
			return NULL;
		block_append(o, block);
	}
	block->size += bytes;
	return block->bytes + block->size - bytes;
}

/* ---- lanes ---- */

static struct lane *lane_in(struct lane *list, joist_pid from)
{
	while (list && !joist_pid_equal(list->from, from))
		list = list->next;
	return list;
}

static struct lane *lane_of(const struct outbox *o, joist_pid from)
{
	if (!o->waiting && !o->open)
		return NULL;
	struct lane *lane = lane_in(o->waiting, from);
	return lane ? lane : lane_in(o->open, from);
}

/* A lane, and the block that marks where it begins. */
static struct lane *lane_begin(struct outbox *o, joist_pid from)
{
	struct lane *lane = heap_take(sizeof(*lane));
	struct block *mark = lane ? block_make(0) : NULL;

	if (!mark) {
		heap_give(lane, sizeof(*lane));
		return NULL;
	}
	*lane = (struct lane){ .next = o->waiting, .from = from, .last = &lane->first };
	o->waiting = lane;
	mark->lane = lane;
	block_append(o, mark);
	return lane;
}

/* The place of the lane that begins now has come: it is open. */
static void lane_open(struct outbox *o, struct lane *lane)
{
	struct lane **link = &o->waiting;

	while (*link != lane)
		link = &(*link)->next;
	*link = lane->next;
	lane->next = NULL;
	*o->open_last = lane;
	o->open_last = &lane->next;
}

struct cargo *cargo_make(const void *bytes, size_t head, size_t size)
{
	struct cargo *cargo = heap_take(sizeof(*cargo) + size);

	if (!cargo)
		return NULL;
	*cargo = (struct cargo){ .size = size, .head = head };
	memcpy(cargo->bytes, bytes, size);
	return cargo;
}

/* A small frame that must go behind others of its sender. */
static struct cargo *cargo_whole(struct joist_bytes frame)
{
	return cargo_make(frame.data, frame.size, frame.size);
}

/* Numbers its fragments. */
static void cargo_number(struct outbox *o, struct cargo *cargo)
{
	size_t payload = cargo->size - cargo->head;

	cargo->sequence = ++o->sequence;
	cargo->left = (payload + OUTBOX_FRAGMENT_BYTES - 1) / OUTBOX_FRAGMENT_BYTES;
}

/* In the place of version, tag: version, tag, sequence, number. Then the number of atoms, in the
 * first. */
static void fragment_write(unsigned char *to, const struct cargo *cargo, size_t bytes)
{
	external_put_32(to, (uint32_t)(FRAGMENT_HEAD + bytes));
	to[4] = EXTERNAL_VERSION;
	to[5] = cargo->at == 2 ? FRAME_FIRST : FRAME_FRAGMENT;
	external_put_64(to + 6, cargo->sequence);
	external_put_64(to + 14, cargo->left);
	memcpy(to + LENGTH + FRAGMENT_HEAD, cargo->bytes + cargo->at, bytes);
}

static struct block *fragment_next(struct cargo *cargo)
{
	if (!cargo->at)
		cargo->at = 2; /* version and tag are written anew in front of each fragment */
	size_t most =
		cargo->at == 2 ? cargo->head - 2 + OUTBOX_FRAGMENT_BYTES : OUTBOX_FRAGMENT_BYTES;
	size_t bytes = cargo->size - cargo->at < most ? cargo->size - cargo->at : most;
	struct block *block = block_make(LENGTH + FRAGMENT_HEAD + bytes);

	if (!block)
		return NULL;
	fragment_write(block->bytes, cargo, bytes);
	block->size = block->room;
	cargo->at += bytes;
	cargo->left--;
	return block;
}

static struct block *cargo_next(struct cargo *cargo)
{
	if (cargo->sequence)
		return fragment_next(cargo);
	struct block *block = block_make(LENGTH + cargo->size);
	if (!block)
		return NULL;
	external_put_32(block->bytes, (uint32_t)cargo->size);
	memcpy(block->bytes + LENGTH, cargo->bytes, cargo->size);
	block->size = block->room;
	cargo->at = cargo->size;
	return block;
}

/* The next piece of the lane whose turn it is, which then is the last of them, or is gone. */
static struct block *lanes_next(struct outbox *o)
{
	struct lane *lane = o->open;
	struct cargo *cargo = lane->first;
	struct block *block = cargo_next(cargo);

	if (!block)
		return NULL;
	o->open = lane->next;
	if (!o->open)
		o->open_last = &o->open;
	if (cargo->at == cargo->size) {
		o->bytes -= cargo->size;
		lane->first = cargo->next;
		cargo_free(cargo);
	}
	if (!lane->first) {
		heap_give(lane, sizeof(*lane));
		return block;
	}
	lane->next = NULL;
	*o->open_last = lane;
	o->open_last = &lane->next;
	return block;
}

/* ---- in and out ---- */

static bool add_frame(struct outbox *o, struct joist_bytes frame)
{
	unsigned char *to = block_reserve(o, LENGTH + frame.size);

	if (!to)
		return false;
	external_put_32(to, (uint32_t)frame.size);
	memcpy(to + LENGTH, frame.data, frame.size);
	o->bytes += LENGTH + frame.size;
	return true;
}

bool outbox_add(struct outbox *o, joist_pid from, struct joist_bytes frame, struct cargo *cargo)
{
	struct lane *lane = lane_of(o, from);
	struct cargo *added = cargo;

	if (!lane && !cargo)
		return add_frame(o, frame);
	if (!lane)
		lane = lane_begin(o, from);
	if (lane && !added)
		added = cargo_whole(frame);
	if (!lane || !added)
		return false;
	if (cargo)
		cargo_number(o, cargo);
	*lane->last = added;
	lane->last = &added->next;
	o->bytes += added->size;
	return true;
}

static struct block *block_take(struct outbox *o)
{
	struct block *block = o->first;

	o->first = block->next;
	if (!o->first)
		o->last = &o->first;
	block->next = NULL;
	return block;
}

struct block *outbox_next(struct outbox *o)
{
	while (o->first && o->first->lane) {
		struct block *mark = block_take(o);
		lane_open(o, mark->lane);
		block_free(mark);
	}
	o->lanes_turn = !o->lanes_turn;
	if (o->open && (o->lanes_turn || !o->first))
		return lanes_next(o);
	if (!o->first)
		return NULL;
	struct block *block = block_take(o);
	o->bytes -= block->size;
	return block;
}
