/* Hashes of terms, by a walk in the order of their words. Pure but for the walk's stack; any thread. */
#include <string.h>

#include "vm/term/bin.h"
#include "vm/term/order.h"
#include "vm/term/walk.h"

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
	__uint128_t product = (__uint128_t)(hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight at a time; the rest padded by zeros. */
static uint64_t mix_bits(uint64_t hash, joist_term t)
{
	const unsigned char *bytes;
	size_t bits, size;
	uint64_t word;

	bin_get_bits(t, &bytes, &bits);
	hash = mix(hash, box_header(BOX_BIN, bits));
	for (size = bits / 8 + (bits % 8 != 0); size >= 8; size -= 8, bytes += 8) {
		memcpy(&word, bytes, 8);
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, bytes, size);
	return mix(hash, word);
}

/* The words of a box are the same in all boxes of the same value, but for counted bytes, and for
 * references that end with zeros. */
static uint64_t mix_box(uint64_t hash, joist_term t, const uint64_t **ret_at, size_t *ret_count)
{
	const uint64_t *box = box_ref(term_box(t));
	size_t words = box_words(box);

	*ret_at = box + 1;
	*ret_count = 0;
	switch (box_kind(*box)) {
	case BOX_BIN:
	case BOX_BINREF:
		return mix_bits(hash, t);
	case BOX_TUPLE:
	case BOX_MAP:
		*ret_count = words - 1;
		return mix(hash, *box);
	case BOX_REF:
		hash = mix(hash, box_header(BOX_REF, (uint32_t)box_extra(*box)));
		while (words > 1 && !box[words - 1])
			words--;
		break;
	default:
		hash = mix(hash, *box);
	}
	for (size_t i = 1; i < words; i++)
		hash = mix(hash, box[i]);
	return hash;
}

uint64_t term_hash(joist_term term)
{
	struct walk_stretch rest = { &term.word, &term.word + 1 };
	uint64_t hash = UINT64_C(0x2545F4914F6CDD1D);
	const uint64_t *part;
	size_t count;
	struct walk walk;

	walk_init(&walk);
	do {
		while (rest.at < rest.end) {
			joist_term t = { *rest.at++ };
			if (!term_is_pointer(t) || !t.word) {
				hash = mix(hash, t.word);
				continue;
			}
			if (term_tag(t) == TAG_CONS) {
				hash = mix(hash, TAG_CONS);
				part = term_cell(t);
				count = 2;
			} else {
				hash = mix_box(hash, t, &part, &count);
			}
			if (count) /* short of memory, the part does not count */
				walk_enter(&walk, &rest, part, count);
		}
	} while (walk_leave(&walk, &rest));
	walk_finish(&walk);
	return hash;
}
