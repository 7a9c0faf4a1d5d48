/* Maps: the keys in order (term_compare_keys), then the values, in one box. */
#ifndef JOIST_VM_TERM_MAP_H
#define JOIST_VM_TERM_MAP_H

#include "vm/term/term.h"

static inline bool term_is_map(joist_term t)
{
	return term_is_box(t, BOX_MAP);
}

/* These take a map, unchecked. */
static inline size_t map_size(joist_term map)
{
	return box_extra(*term_box(map));
}

static inline joist_term map_key(joist_term map, size_t index)
{
	return term_at(&term_box(map)[1 + index]);
}

static inline joist_term map_value(joist_term map, size_t index)
{
	return term_at(&term_box(map)[1 + map_size(map) + index]);
}

/* The map of `pairs` keys and values, which stand at `items` in turn. Of equal keys the last stays. */
joist_term term_map(struct arena *arena, const joist_term *items, size_t pairs);

/* The value at `key`, or none. */
joist_term map_get(joist_term map, joist_term key);

/* With `value` at `key`; without `key`. The map itself if that changes nothing. */
joist_term map_put(struct arena *arena, joist_term map, joist_term key, joist_term value);
joist_term map_remove(struct arena *arena, joist_term map, joist_term key);

/* The pair at `*position`, which then is the next one's: false at the end. */
bool map_next(joist_term map, size_t *position, joist_term *ret_key, joist_term *ret_value);

#endif
