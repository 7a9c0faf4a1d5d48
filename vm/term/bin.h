/* Binaries and bitstrings. Up to BIN_INLINE_BYTES they are in the arena; larger ones are counted bytes
 * that terms of any number of arenas share. An arena that refers to one lists it (arena.bins), so that
 * its references can be dropped before it is emptied. */
#ifndef JOIST_VM_TERM_BIN_H
#define JOIST_VM_TERM_BIN_H

#include <stdatomic.h>

#include "vm/term/term.h"

#define BIN_INLINE_BYTES 64

/* Counted bytes, of the heap. They do not change once anybody else may see them. */
struct bin {
	atomic_size_t refs;
	size_t size;
	unsigned char data[];
};

/* `size` bytes, not zeroed, with one reference, which is the caller's; NULL when memory is short. */
struct bin *bin_make(size_t size);

static inline void bin_ref(struct bin *bin)
{
	/* relaxed: whoever refers anew already has a reference */
	atomic_fetch_add_explicit(&bin->refs, 1, memory_order_relaxed);
}

/* Drops a reference; with the last one go the bytes. NULL is fine. */
void bin_unref(struct bin *bin);

/* ---- making terms ---- */

joist_term term_binary(struct arena *arena, const void *data, size_t size);

/* Not filled yet: the caller does that at `*ret_data` before anybody else sees the term. */
joist_term term_binary_new(struct arena *arena, size_t size, unsigned char **ret_data);

/* The first `bits` bits at `data`, from the highest of each byte on. */
joist_term term_bits(struct arena *arena, const void *data, size_t bits);

/* `size` bytes of `bin` from `offset` on, which must be there; counted whatever their size. Takes a
 * reference of its own. */
joist_term term_from_bin(struct arena *arena, struct bin *bin, size_t offset, size_t size);

/* `size` bytes from byte `offset` on of the bitstring `binary`, which must be there. */
joist_term term_binary_part(struct arena *arena, joist_term binary, size_t offset, size_t size);

/* A reference of this node, counted by `bin`, which has no bytes and whose maker has a reference of its
 * own: what it stands for can be given up when that is the last one. */
joist_term term_token(struct arena *arena, struct bin *bin, joist_ref ref);

/* Whether all terms of that bin are gone, but for its maker's reference. */
bool bin_is_alone(const struct bin *bin);

/* A number that changes whenever that comes to be true of some bin. */
unsigned bins_falls(void);

/* ---- taking apart ---- */

/* Whether `term` is a bitstring; its bytes, the last one padded by zeros, and how many bits. */
bool bin_get_bits(joist_term term, const unsigned char **ret_bytes, size_t *ret_bits);

/* Whether `term` is a binary; its bytes. */
bool bin_get_bytes(joist_term term, struct joist_bytes *ret_bytes);

/* ---- the arena's list ---- */

/* Where a BOX_BINREF has what; the first two of a BOX_TOKEN are the same. */
enum { BINREF_BIN = 1, BINREF_NEXT = 2, BINREF_OFFSET = 3, BINREF_WORDS = 4 };

static inline bool box_is_counted(uint64_t header)
{
	return box_kind(header) == BOX_BINREF || box_kind(header) == BOX_TOKEN;
}

static inline struct bin *binref_bin(const uint64_t *box)
{
	return (struct bin *)(uintptr_t)box[BINREF_BIN];
}

/* Puts the box, which has a reference of its own, on the arena's list. */
static inline void binref_list(struct arena *arena, uint64_t *box)
{
	box[BINREF_NEXT] = (uint64_t)(uintptr_t)arena->bins;
	arena->bins = box;
}

/* Drops every reference of the arena's terms: they must not be used any more. */
void bins_drop(struct arena *arena);

/* Puts another list of boxes, with their references, on the arena's too. */
void bins_join(struct arena *arena, uint64_t *boxes);

#endif
