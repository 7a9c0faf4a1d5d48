/* Maps, as sorted arrays. A large one is built by a merge sort, stable so that the last of equal keys
 * can be told. Owns nothing but the sort's scratch; any thread, each with its own arena. */
#include "vm/term/map.h"

#include <string.h>

#include "vm/base/heap.h"
#include "vm/term/order.h"

struct item {
	joist_term key, value;
};

/* Up to as many are sorted in place on the stack. */
#define SMALL 16

static void sort_small(struct item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct item item = items[i];
		size_t at = i;

		for (; at > 0 && term_compare_keys(items[at - 1].key, item.key) > 0; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* Merges the sorted runs [0, middle) and [middle, count) of `from` into `to`. */
static void merge(struct item *to, const struct item *from, size_t middle, size_t count)
{
	size_t i = 0, j = middle;

	for (size_t n = 0; n < count; n++) {
		bool first = i < middle &&
			     (j == count || term_compare_keys(from[i].key, from[j].key) <= 0);
		to[n] = first ? from[i++] : from[j++];
	}
}

/* Sorts `items` with `spare`, which is as large: where the sorted ones are. */
static struct item *sort_large(struct item *items, struct item *spare, size_t count)
{
	for (size_t at = 0; at < count; at += SMALL)
		sort_small(items + at, count - at < SMALL ? count - at : SMALL);
	for (size_t run = SMALL; run < count; run *= 2) {
		for (size_t at = 0; at < count; at += 2 * run) {
			size_t left = count - at, size = left < 2 * run ? left : 2 * run;
			merge(spare + at, items + at, size < run ? size : run, size);
		}
		struct item *swap = items;
		items = spare;
		spare = swap;
	}
	return items;
}

/* The map of sorted items: of equal keys the last. */
static joist_term map_of_sorted(struct arena *arena, const struct item *items, size_t count)
{
	size_t size = 0;
	bool repeated = false;

	for (size_t i = 0; i < count; i++) {
		if (i + 1 < count && term_equal(items[i].key, items[i + 1].key))
			repeated = true;
		else
			size++;
	}
	uint64_t *box = arena_take(arena, 1 + 2 * size);
	if (!box)
		return TERM_NONE;
	box[0] = box_header(BOX_MAP, size);
	for (size_t i = 0, n = 0; n < size; i++) {
		if (repeated && i + 1 < count && term_equal(items[i].key, items[i + 1].key))
			continue;
		box[1 + n] = items[i].key.word;
		box[1 + size + n++] = items[i].value.word;
	}
	return term_from_box(box);
}

joist_term term_map(struct arena *arena, const joist_term *items, size_t pairs)
{
	struct item small[SMALL], *all = small;
	size_t bytes;

	if (__builtin_mul_overflow(pairs, 2 * sizeof(*all), &bytes))
		return TERM_NONE;
	if (pairs > SMALL)
		all = heap_take(bytes);
	if (!all)
		return TERM_NONE;
	for (size_t i = 0; i < pairs; i++)
		all[i] = (struct item){ items[2 * i], items[2 * i + 1] };
	struct item *sorted = all;
	if (pairs > SMALL)
		sorted = sort_large(all, all + pairs, pairs);
	else
		sort_small(all, pairs);
	joist_term map = map_of_sorted(arena, sorted, pairs);
	if (all != small)
		heap_give(all, bytes);
	return map;
}

/* Where `key` is, or would be. */
static size_t map_find(joist_term map, joist_term key, bool *ret_found)
{
	size_t low = 0, high = map_size(map);

	*ret_found = false;
	while (low < high && !*ret_found) {
		size_t middle = low + (high - low) / 2;
		int order = term_compare_keys(key, map_key(map, middle));
		if (order > 0) {
			low = middle + 1;
		} else {
			high = middle;
			*ret_found = !order;
		}
	}
	return high;
}

joist_term map_get(joist_term map, joist_term key)
{
	bool found;
	size_t at = map_find(map, key, &found);

	return found ? map_value(map, at) : TERM_NONE;
}

/* A copy of the map's pairs but `skip` of them at `at`, with room for `add` there: its box. */
static uint64_t *map_split(struct arena *arena, joist_term map, size_t at, size_t skip, size_t add)
{
	size_t old = map_size(map), size = old - skip + add, rest = old - at - skip;
	const uint64_t *from = term_box(map) + 1;
	uint64_t *box = arena_take(arena, 1 + 2 * size);

	if (!box)
		return NULL;
	box[0] = box_header(BOX_MAP, size);
	for (uint64_t *to = box + 1; to < box + 1 + 2 * size; to += size, from += old) {
		memcpy(to, from, at * sizeof(*to));
		memcpy(to + at + add, from + at + skip, rest * sizeof(*to));
	}
	return box;
}

joist_term map_put(struct arena *arena, joist_term map, joist_term key, joist_term value)
{
	bool found;
	size_t at = map_find(map, key, &found);

	if (found && map_value(map, at).word == value.word)
		return map;
	uint64_t *box = map_split(arena, map, at, found, 1);
	if (!box)
		return TERM_NONE;
	box[1 + at] = key.word;
	box[1 + box_extra(*box) + at] = value.word;
	return term_from_box(box);
}

joist_term map_remove(struct arena *arena, joist_term map, joist_term key)
{
	bool found;
	size_t at = map_find(map, key, &found);

	if (!found)
		return map;
	uint64_t *box = map_split(arena, map, at, 1, 0);
	return box ? term_from_box(box) : TERM_NONE;
}

bool map_next(joist_term map, size_t *position, joist_term *ret_key, joist_term *ret_value)
{
	if (*position >= map_size(map))
		return false;
	*ret_key = map_key(map, *position);
	*ret_value = map_value(map, (*position)++);
	return true;
}
