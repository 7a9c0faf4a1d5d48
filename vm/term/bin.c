/* Counted bytes, and the terms that are bytes. Owns the counts. Any thread: a bin is shared, an arena
 * is its thread's. */
#include "vm/term/bin.h"

#include <string.h>

#include "vm/base/heap.h"

/* Above it a size in bits would not fit a header. */
#define BYTES_MAX (SIZE_MAX >> 12)

struct bin *bin_make(size_t size)
{
	struct bin *bin = size <= BYTES_MAX ? heap_take(sizeof(*bin) + size) : NULL;

	if (!bin)
		return NULL;
	/* relaxed: nobody else has it yet */
	atomic_store_explicit(&bin->refs, 1, memory_order_relaxed);
	bin->size = size;
	return bin;
}

static atomic_uint falls;

void bin_unref(struct bin *bin)
{
	if (!bin)
		return;
	bool is_token = bin->size == 0; /* another may free it once this reference is gone */
	/* release, and acquire for the last: pairs with itself, so that what other threads did with
	 * the bytes is over before they are freed */
	size_t had = atomic_fetch_sub_explicit(&bin->refs, 1, memory_order_acq_rel);
	if (had == 1)
		heap_give(bin, sizeof(*bin) + bin->size);
	else if (had == 2 && is_token)
		/* release: pairs with the acquire in bins_falls */
		atomic_fetch_add_explicit(&falls, 1, memory_order_release);
}

bool bin_is_alone(const struct bin *bin)
{
	/* acquire: pairs with the release in bin_unref, so that what was done by its terms is over */
	return atomic_load_explicit(&bin->refs, memory_order_acquire) == 1;
}

unsigned bins_falls(void)
{
	/* acquire: pairs with the release in bin_unref: who finds the number changed finds which it was */
	return atomic_load_explicit(&falls, memory_order_acquire);
}

/* Takes over the caller's reference, and drops it when memory is short. */
static joist_term binref_make(struct arena *arena, struct bin *bin, size_t offset, size_t bits)
{
	uint64_t *box = arena_take(arena, BINREF_WORDS);

	if (!box) {
		bin_unref(bin);
		return TERM_NONE;
	}
	box[0] = box_header(BOX_BINREF, bits);
	box[BINREF_BIN] = (uint64_t)(uintptr_t)bin;
	box[BINREF_OFFSET] = offset;
	binref_list(arena, box);
	return term_from_box(box);
}

joist_term term_from_bin(struct arena *arena, struct bin *bin, size_t offset, size_t size)
{
	bin_ref(bin);
	return binref_make(arena, bin, offset, size * 8);
}

joist_term term_token(struct arena *arena, struct bin *bin, joist_ref ref)
{
	uint64_t *box = arena_take(arena, BINREF_NEXT + 1 + REF_LOCAL_WORDS);

	if (!box)
		return TERM_NONE;
	box[0] = box_header(BOX_TOKEN, 0);
	box[BINREF_BIN] = (uint64_t)(uintptr_t)bin;
	term_local_ref(box + BINREF_NEXT + 1, ref_number(ref), ref_owner(ref));
	bin_ref(bin);
	binref_list(arena, box);
	return term_from_box(box);
}

static joist_term bits_new(struct arena *arena, size_t bits, unsigned char **ret_data)
{
	size_t size = bits / 8 + (bits % 8 != 0);

	if (size > BIN_INLINE_BYTES) {
		struct bin *bin = bin_make(size);
		joist_term term = bin ? binref_make(arena, bin, 0, bits) : TERM_NONE;
		if (!joist_is_none(term))
			*ret_data = bin->data;
		return term;
	}
	size_t words = (size + 7) / 8;
	uint64_t *box = arena_take(arena, 1 + words);
	if (!box)
		return TERM_NONE;
	box[words] = 0; /* the padding */
	box[0] = box_header(BOX_BIN, bits);
	*ret_data = (unsigned char *)(box + 1);
	return term_from_box(box);
}

joist_term term_binary_new(struct arena *arena, size_t size, unsigned char **ret_data)
{
	return size <= BYTES_MAX ? bits_new(arena, size * 8, ret_data) : TERM_NONE;
}

joist_term term_binary(struct arena *arena, const void *data, size_t size)
{
	unsigned char *to;
	joist_term term = term_binary_new(arena, size, &to);

	if (size && !joist_is_none(term))
		memcpy(to, data, size);
	return term;
}

joist_term term_bits(struct arena *arena, const void *data, size_t bits)
{
	size_t size = bits / 8 + (bits % 8 != 0);
	unsigned char *to;
	joist_term term = bits_new(arena, bits, &to);

	if (!bits || joist_is_none(term))
		return term;
	memcpy(to, data, size);
	if (bits % 8)
		to[size - 1] &= (unsigned char)(0xFF00 >> bits % 8);
	return term;
}

joist_term term_binary_part(struct arena *arena, joist_term binary, size_t offset, size_t size)
{
	const unsigned char *bytes;
	size_t bits;

	if (!bin_get_bits(binary, &bytes, &bits))
		return TERM_NONE;
	if (size <= BIN_INLINE_BYTES)
		return term_binary(arena, bytes + offset, size);
	const uint64_t *box = term_box(binary);
	return term_from_bin(arena, binref_bin(box), box[BINREF_OFFSET] + offset, size);
}

bool bin_get_bits(joist_term term, const unsigned char **ret_bytes, size_t *ret_bits)
{
	if (term_tag(term) != TAG_BOX || !term.word)
		return false;
	const uint64_t *box = term_box(term);
	switch (box_kind(*box)) {
	case BOX_BIN:
		*ret_bytes = (const unsigned char *)(box + 1);
		break;
	case BOX_BINREF:
		*ret_bytes = binref_bin(box)->data + box[BINREF_OFFSET];
		break;
	default:
		return false;
	}
	*ret_bits = box_extra(*box);
	return true;
}

bool bin_get_bytes(joist_term term, struct joist_bytes *ret_bytes)
{
	const unsigned char *bytes;
	size_t bits;

	if (!bin_get_bits(term, &bytes, &bits) || bits % 8)
		return false;
	*ret_bytes = (struct joist_bytes){ bytes, bits / 8 };
	return true;
}

void bins_drop(struct arena *arena)
{
	for (uint64_t *box = arena->bins, *next; box; box = next) {
		next = (uint64_t *)(uintptr_t)box[BINREF_NEXT];
		bin_unref(binref_bin(box));
	}
	arena->bins = NULL;
}

void bins_join(struct arena *arena, uint64_t *boxes)
{
	for (uint64_t *next; boxes; boxes = next) {
		next = (uint64_t *)(uintptr_t)boxes[BINREF_NEXT];
		binref_list(arena, boxes);
	}
}
