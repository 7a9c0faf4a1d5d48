/* Tuples, lists and maps, as the SDK has them. What is built refers to its parts; if a parcel is open,
 * parts from outside are then replaced by their copies in it. Any thread; what builds, only the actor's
 * own. */
#include <string.h>

#include "vm/api/built.h"
#include "vm/base/utf8.h"
#include "vm/term/map.h"

static bool any_none(const joist_term *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (joist_is_none(parts[i]))
			return true;
	}
	return false;
}

/* What was built, with its `count` parts from `at` on inside an open parcel. */
static joist_term built_of(struct joist_actor *self, joist_term term, uint64_t *at, size_t count)
{
	if (joist_is_none(term))
		return built(self, term);
	for (size_t i = 0; i < count; i++) {
		if (term_is_pointer(term_at(&at[i])))
			at[i] = self_part(self, term_at(&at[i])).word;
	}
	return term;
}

/* ---- tuples ---- */

joist_term joist_tuple(struct joist_actor *self, const joist_term *elements, size_t size)
{
	if (any_none(elements, size))
		self_badarg(self, "joist_tuple");
	joist_term tuple = term_tuple(self_arena(self), elements, size);
	return built_of(self, tuple, term_box(tuple) + 1, size);
}

size_t joist_tuple_size(joist_term tuple)
{
	return term_is_box(tuple, BOX_TUPLE) ? box_extra(*term_box(tuple)) : 0;
}

joist_term joist_element(joist_term tuple, size_t index)
{
	bool is_there = term_is_box(tuple, BOX_TUPLE) && index < box_extra(*term_box(tuple));

	return is_there ? tuple_at(tuple, index) : TERM_NONE;
}

/* ---- lists ---- */

joist_term joist_nil(void)
{
	return TERM_NIL;
}

joist_term joist_cons(struct joist_actor *self, joist_term head, joist_term tail)
{
	if (joist_is_none(head) || joist_is_none(tail))
		self_badarg(self, "joist_cons");
	joist_term cell = term_cons(self_arena(self), head, tail);
	return built_of(self, cell, term_cell(cell), 2);
}

/* A list of `size` cells, one behind the other, whose heads are to be filled. */
static joist_term cells_make(struct joist_actor *self, size_t size)
{
	uint64_t *cells = size <= SIZE_MAX / 32 ? arena_take(self_arena(self), 2 * size) : NULL;

	if (!cells)
		return built(self, TERM_NONE);
	for (size_t i = 0; i < size; i++)
		cells[2 * i + 1] = term_from_cell(cells + 2 * i + 2).word;
	cells[2 * size - 1] = TERM_NIL.word;
	return term_from_cell(cells);
}

joist_term joist_list(struct joist_actor *self, const joist_term *items, size_t size)
{
	if (any_none(items, size))
		self_badarg(self, "joist_list");
	joist_term list = size ? cells_make(self, size) : TERM_NIL;
	for (size_t i = 0; i < size && !joist_is_none(list); i++) {
		/* The part first: it may build, where the cells are already. */
		joist_term item = term_is_pointer(items[i]) ? self_part(self, items[i]) : items[i];
		term_cell(list)[2 * i] = item.word;
	}
	return list;
}

joist_term joist_string(struct joist_actor *self, const char *text)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + strlen(text);
	size_t chars;

	if (!utf8_count(text, strlen(text), &chars))
		self_badarg(self, "joist_string");
	joist_term list = chars ? cells_make(self, chars) : TERM_NIL;
	for (size_t i = 0; i < chars && !joist_is_none(list); i++)
		term_cell(list)[2 * i] = term_small(utf8_next(&at, end)).word;
	return list;
}

bool joist_list_next(joist_term *list, joist_term *ret_item)
{
	if (term_tag(*list) != TAG_CONS)
		return false;
	*ret_item = term_head(*list);
	*list = term_tail(*list);
	return true;
}

int64_t joist_list_size(joist_term list)
{
	int64_t size = 0;

	for (; term_tag(list) == TAG_CONS; list = term_tail(list))
		size++;
	return list.word == TERM_NIL.word ? size : -1;
}

/* ---- maps ---- */

static joist_term built_map(struct joist_actor *self, joist_term map)
{
	if (joist_is_none(map))
		return built(self, map);
	return built_of(self, map, term_box(map) + 1, 2 * map_size(map));
}

joist_term joist_map(struct joist_actor *self, const joist_term *items, size_t pairs)
{
	if (any_none(items, 2 * pairs))
		self_badarg(self, "joist_map");
	return built_map(self, term_map(self_arena(self), items, pairs));
}

size_t joist_map_size(joist_term map)
{
	return term_is_map(map) ? map_size(map) : 0;
}

joist_term joist_map_get(joist_term map, joist_term key)
{
	return term_is_map(map) ? map_get(map, key) : TERM_NONE;
}

joist_term joist_map_put(struct joist_actor *self, joist_term map, joist_term key, joist_term value)
{
	if (!term_is_map(map) || joist_is_none(key) || joist_is_none(value))
		self_badarg(self, "joist_map_put");
	joist_term changed = map_put(self_arena(self), map, key, value);
	return changed.word == map.word ? self_part(self, map) : built_map(self, changed);
}

joist_term joist_map_remove(struct joist_actor *self, joist_term map, joist_term key)
{
	if (!term_is_map(map))
		self_badarg(self, "joist_map_remove");
	joist_term changed = map_remove(self_arena(self), map, key);
	return changed.word == map.word ? self_part(self, map) : built_map(self, changed);
}

bool joist_map_next(joist_term map, size_t *position, joist_term *ret_key, joist_term *ret_value)
{
	return term_is_map(map) && map_next(map, position, ret_key, ret_value);
}
