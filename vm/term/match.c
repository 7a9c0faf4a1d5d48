/* The matcher: the pattern and the term are walked side by side, and what the holes take is written when
 * all has matched. What waits is bounded by the pattern's depth, and so is in place. Any thread. */
#include "vm/term/match.h"

#include "vm/term/map.h"
#include "vm/term/order.h"

/* Parts of the pattern that are still to be matched, and those of the term. */
struct pair {
	const uint64_t *pattern;
	const uint64_t *term; /* of a map: its box */
	size_t count;
	size_t map_size; /* of the pattern's map, whose keys stand that many words before the values;
			    0: not a map */
};

struct match {
	struct pair now, waiting[PATTERN_DEPTH_MAX + 1];
	size_t count;
	void *const *holes;
	union hole_value values[JOIST_HOLES_MAX];
};

static void enter(struct match *m, struct pair pair)
{
	if (m->now.count)
		m->waiting[m->count++] = m->now;
	m->now = pair;
}

static inline bool match_hole(uint64_t word, joist_term t, void *const *holes,
			      union hole_value *values)
{
	enum joist_hole type = hole_type(word);
	unsigned index = hole_index(word);

	if (type == JOIST_HOLE_END)
		return true;
	if (hole_is_pinned(word))
		return hole_equals_fast(type, t, holes[index]);
	return hole_read_fast(type, t, &values[index]);
}

static bool match_box(struct match *m, const uint64_t *pattern, joist_term t)
{
	const uint64_t *box = term_box(t);
	size_t extra = box_extra(*pattern);

	switch (box_kind(*pattern)) {
	case BOX_TUPLE:
		if (!term_is_tuple(t, extra))
			return false;
		enter(m, (struct pair){ pattern + 1, box + 1, extra, 0 });
		return true;
	case BOX_MAP:
		if (!term_is_map(t))
			return false;
		enter(m, (struct pair){ pattern + 1 + extra, box, extra, extra });
		return true;
	default:
		return term_equal(term_from_box(pattern), t);
	}
}

static inline bool match_word(struct match *m, uint64_t word, joist_term t)
{
	if (hole_is(word))
		return match_hole(word, t, m->holes, m->values);
	if (!term_is_pointer((joist_term){ word }))
		return word == t.word;
	if ((word & 7) == TAG_BOX)
		return match_box(m, term_box((joist_term){ word }), t);
	if (term_tag(t) != TAG_CONS)
		return false;
	enter(m, (struct pair){ term_cell((joist_term){ word }), term_cell(t), 2, 0 });
	return true;
}

/* The value in the map for the key of a pattern, or none. */
static joist_term match_key(const struct match *m, joist_term map, joist_term key)
{
	size_t at = 0;
	joist_term found, value;

	if (!hole_is(key.word))
		return map_get(map, key);
	while (map_next(map, &at, &found, &value)) {
		if (hole_equals(hole_type(key.word), found, m->holes[hole_index(key.word)]))
			return value;
	}
	return TERM_NONE;
}

static bool match_step(struct match *m)
{
	struct pair *now = &m->now;
	const uint64_t *pattern = now->pattern++;

	now->count--;
	if (!now->map_size)
		return match_word(m, *pattern, term_at(now->term++));
	joist_term key = term_at(pattern - now->map_size);
	joist_term value = match_key(m, term_from_box(now->term), key);
	return !joist_is_none(value) && match_word(m, *pattern, value);
}

static bool match_all(struct match *m)
{
	for (;;) {
		while (m->now.count) {
			if (!match_step(m))
				return false;
		}
		if (!m->count)
			return true;
		m->now = m->waiting[--m->count];
	}
}

static inline void store_all(const struct pattern *pattern, const union hole_value *values,
			     void *const *holes)
{
	for (unsigned i = 0; i < pattern->hole_count; i++)
		hole_store(pattern->types[i], &values[i], holes[i]);
}

static bool match_deep(const struct pattern *pattern, joist_term t, void *const *holes)
{
	struct match m;

	m.holes = holes;
	m.count = 0;
	m.now.count = 0;
	if (!match_word(&m, pattern->root.word, t) || !match_all(&m))
		return false;
	store_all(pattern, m.values, holes);
	return true;
}

static bool match_flat(const struct pattern *pattern, const uint64_t *box, void *const *holes)
{
	union hole_value values[JOIST_HOLES_MAX];

	if (*box != pattern->words[0])
		return false;
	for (size_t i = 1; i < pattern->count; i++) {
		uint64_t word = pattern->words[i];
		if (hole_is(word) ? !match_hole(word, term_at(&box[i]), holes, values)
				  : word != box[i])
			return false;
	}
	store_all(pattern, values, holes);
	return true;
}

bool match_fully(const struct pattern *pattern, joist_term t, void *const *holes)
{
	if (joist_is_none(t))
		return false;
	if (pattern->flat)
		return term_tag(t) == TAG_BOX && match_flat(pattern, term_box(t), holes);
	return match_deep(pattern, t, holes);
}
