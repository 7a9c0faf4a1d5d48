/* The makers of terms that are not a file of their own: integers, floats, pids, references, ports,
 * tuples, lists and funs. Owns nothing; any thread, each with its own arena. */
#include "vm/term/term.h"

#include <string.h>

size_t box_words(const uint64_t *box)
{
	uint64_t extra = box_extra(*box);

	switch (box_kind(*box)) {
	case BOX_TUPLE:
		return 1 + extra;
	case BOX_BIG:
		return 1 + extra / 2;
	case BOX_MAP:
		return 1 + 2 * extra;
	case BOX_BIN:
		return 1 + (extra + 63) / 64;
	case BOX_BINREF:
		return 4;
	case BOX_REF:
		return 1 + ((extra >> 32) + 1) / 2;
	case BOX_TOKEN:
		return 3 + REF_LOCAL_WORDS;
	case BOX_FUN:
		return 1 + (extra + 7) / 8;
	case BOX_FLOAT:
	case BOX_PID:
	case BOX_PORT:
		break;
	}
	return 2;
}

/* A box of a header and one word. */
static joist_term box_of(struct arena *arena, uint64_t header, uint64_t word)
{
	uint64_t *box = arena_take(arena, 2);

	if (!box)
		return TERM_NONE;
	box[0] = header;
	box[1] = word;
	return term_from_box(box);
}

joist_term term_int(struct arena *arena, int64_t value)
{
	if (value >= TERM_INT_MIN && value <= TERM_INT_MAX)
		return term_small(value);
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
	return box_of(arena, box_header(BOX_BIG, 2 + (value < 0)), magnitude);
}

joist_term term_uint(struct arena *arena, uint64_t value)
{
	if (value <= (uint64_t)TERM_INT_MAX)
		return term_small((int64_t)value);
	return box_of(arena, box_header(BOX_BIG, 2), value);
}

joist_term term_big(struct arena *arena, bool negative, const uint64_t *limbs, size_t count)
{
	while (count && !limbs[count - 1])
		count--;
	if (!count)
		return term_small(0);
	if (count == 1 && limbs[0] <= (uint64_t)TERM_INT_MAX + negative)
		return term_small(negative ? (int64_t)-limbs[0] : (int64_t)limbs[0]);
	uint64_t *box = arena_take(arena, 1 + count);
	if (!box)
		return TERM_NONE;
	box[0] = box_header(BOX_BIG, count * 2 + negative);
	memcpy(box + 1, limbs, count * sizeof(*limbs));
	return term_from_box(box);
}

joist_term term_float(struct arena *arena, double value)
{
	uint64_t word;

	memcpy(&word, &value, sizeof(word));
	return box_of(arena, box_header(BOX_FLOAT, 0), word);
}

joist_term term_pid(struct arena *arena, joist_pid pid)
{
	return pid.node ? box_of(arena, box_header(BOX_PID, pid.node), pid.id)
			: term_pid_local(pid);
}

joist_term term_port(struct arena *arena, uint32_t node, uint64_t id)
{
	return box_of(arena, box_header(BOX_PORT, node), id);
}

joist_term term_ref(struct arena *arena, joist_ref ref)
{
	size_t words = (ref.count + 1) / 2;
	uint64_t *box = arena_take(arena, 1 + words);

	if (!box)
		return TERM_NONE;
	box[0] = box_header(BOX_REF, (uint64_t)ref.count << 32 | ref.node);
	for (size_t i = 0; i < words; i++) {
		uint64_t high = 2 * i + 1 < ref.count ? ref.id[2 * i + 1] : 0;
		box[1 + i] = high << 32 | ref.id[2 * i];
	}
	return term_from_box(box);
}

joist_term term_cons(struct arena *arena, joist_term head, joist_term tail)
{
	uint64_t *cell = arena_take(arena, 2);

	if (!cell)
		return TERM_NONE;
	cell[0] = head.word;
	cell[1] = tail.word;
	return term_from_cell(cell);
}

joist_term term_tuple(struct arena *arena, const joist_term *elements, size_t arity)
{
	uint64_t *box = arena_take(arena, 1 + arity);

	if (!box)
		return TERM_NONE;
	box[0] = box_header(BOX_TUPLE, arity);
	for (size_t i = 0; i < arity; i++)
		box[1 + i] = elements[i].word;
	return term_from_box(box);
}

joist_term term_fun(struct arena *arena, const void *external, size_t bytes)
{
	uint64_t *box = arena_take(arena, 1 + (bytes + 7) / 8);

	if (!box)
		return TERM_NONE;
	box[0] = box_header(BOX_FUN, bytes);
	if (bytes) {
		box[(bytes + 7) / 8] = 0;
		memcpy(box + 1, external, bytes);
	}
	return term_from_box(box);
}
