/* Maps. */
#include "vm/term/map.h"

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/base/heap.h"
#include "vm/term/order.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

static void sorted_check(joist_term map)
{
	for (size_t i = 1; i < map_size(map); i++)
		CHECK(term_compare_keys(map_key(map, i - 1), map_key(map, i)) < 0);
}

TEST_LEAK_FREE(the_last_of_equal_keys_stays)
{
	struct arena a = { 0 };
	joist_term items[80];

	for (size_t size = 2; size <= 40; size++) {
		for (size_t i = 0; i < size; i++) {
			items[2 * i] = term_small((int64_t)(i * 7 % 5));
			items[2 * i + 1] = term_small((int64_t)i);
		}
		joist_term map = term_map(&a, items, size);
		sorted_check(map);
		CHECK_INT(map_size(map), size < 5 ? size : 5);
		for (size_t i = size > 5 ? size - 5 : 0; i < size; i++)
			CHECK(map_get(map, items[2 * i]).word == items[2 * i + 1].word);
	}
	finish(&a);
}

TEST_LEAK_FREE(keys_are_exact)
{
	struct arena a = { 0 };
	joist_term one = term_float(&a, 1.0);
	joist_term items[] = { one, TERM_NIL, term_small(1), ATOM(ok) };

	joist_term map = term_map(&a, items, 2);
	CHECK_INT(map_size(map), 2);
	CHECK(map_get(map, term_small(1)).word == ATOM_WORD(ok));
	CHECK(map_get(map, term_float(&a, 1.0)).word == TERM_NIL.word);
	CHECK(joist_is_none(map_get(map, term_float(&a, 2.0))));
	CHECK(map_key(map, 0).word == term_small(1).word);
	finish(&a);
}

TEST_LEAK_FREE(put_and_remove_are_as_built_whole)
{
	struct random r = { .state = 3 };
	struct arena a = { 0 };
	joist_term items[200], map = term_map(&a, NULL, 0);

	for (size_t i = 0; i < 100; i++) {
		items[2 * i] = random_term(&r, &a, 2);
		items[2 * i + 1] = term_small((int64_t)i);
		map = map_put(&a, map, items[2 * i], items[2 * i + 1]);
		sorted_check(map);
		CHECK(term_equal(map, term_map(&a, items, i + 1)));
	}
	CHECK(map_put(&a, map, map_key(map, 3), map_value(map, 3)).word == map.word);
	for (size_t i = 0; i < 100; i++) {
		map = map_remove(&a, map, items[2 * i]);
		CHECK(joist_is_none(map_get(map, items[2 * i])));
		sorted_check(map);
	}
	CHECK_INT(map_size(map), 0);
	CHECK(map_remove(&a, map, TERM_NIL).word == map.word);
	finish(&a);
}

TEST_LEAK_FREE(pairs_come_in_order)
{
	struct arena a = { 0 };
	joist_term items[] = { term_small(2), ATOM(ok), term_small(1), ATOM(error) }, key, value;
	joist_term map = term_map(&a, items, 2);
	size_t at = 0;

	CHECK(map_next(map, &at, &key, &value));
	CHECK(int_value(key) == 1 && value.word == ATOM_WORD(error));
	CHECK(map_next(map, &at, &key, &value));
	CHECK(int_value(key) == 2 && value.word == ATOM_WORD(ok));
	CHECK(!map_next(map, &at, &key, &value));
	finish(&a);
}

TEST_LEAK_FREE(without_memory_there_is_none)
{
	joist_term items[100];

	for (int64_t i = 0; i < 100; i++)
		items[i] = term_small(100 - i);
	for (int64_t nth = 1; nth <= 2; nth++) {
		struct arena a = { 0 };
		heap_fail(nth, true);
		CHECK(joist_is_none(term_map(&a, items, 50)));
		heap_fail(0, false);
		finish(&a);
	}
	struct arena a = { 0 };
	joist_term map = term_map(&a, items, 1);
	a.end = a.at;
	heap_fail(1, true);
	CHECK(joist_is_none(map_put(&a, map, TERM_NIL, TERM_NIL)));
	CHECK(joist_is_none(map_remove(&a, map, items[0])));
	heap_fail(0, false);
	finish(&a);
}
