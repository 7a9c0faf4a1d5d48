/* Tuples, lists and maps, as the SDK has them. */
#include <joist/term.h>

#include "test/harness.h"
#include "test/unit/api/self-stub.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/map.h"
#include "vm/term/order.h"

static joist_term number(int64_t n)
{
	return joist_int(STUB_SELF, n);
}

TEST_LEAK_FREE(tuples)
{
	joist_term t = joist_tuple(STUB_SELF, (joist_term[]){ number(1), number(2) }, 2);

	CHECK_INT(joist_tuple_size(t), 2);
	CHECK(joist_equal(joist_element(t, 1), number(2)));
	CHECK(joist_is_none(joist_element(t, 2)) && joist_is_none(joist_element(TERM_NIL, 0)));
	CHECK_INT(joist_tuple_size(joist_tuple(STUB_SELF, NULL, 0)), 0);
	CHECK_INT(joist_tuple_size(TERM_NONE), 0);
	CHECK_STR(STUB_EXIT(joist_tuple(STUB_SELF, (joist_term[]){ TERM_NONE }, 1)), "joist_tuple");
	stub_finish();
}

TEST_LEAK_FREE(lists)
{
	joist_term list = joist_list(STUB_SELF, (joist_term[]){ number(1), number(2) }, 2), item;

	CHECK_INT(joist_list_size(list), 2);
	CHECK(joist_list_next(&list, &item) && joist_equal(item, number(1)));
	CHECK(joist_list_next(&list, &item) && joist_equal(item, number(2)));
	CHECK(!joist_list_next(&list, &item) && list.word == joist_nil().word);
	CHECK(joist_list(STUB_SELF, NULL, 0).word == joist_nil().word);
	list = joist_cons(STUB_SELF, number(1), number(2));
	CHECK_INT(joist_list_size(list), -1);
	CHECK_INT(joist_list_size(number(1)), -1);
	CHECK_STR(STUB_EXIT(joist_cons(STUB_SELF, TERM_NONE, TERM_NIL)), "joist_cons");
	CHECK_STR(STUB_EXIT(joist_list(STUB_SELF, &TERM_NONE, 1)), "joist_list");
	stub_finish();
}

TEST_LEAK_FREE(strings)
{
	joist_term list = joist_string(STUB_SELF, "a\xE2\x82\xAC"), item;

	CHECK(joist_list_next(&list, &item) && int_value(item) == 'a');
	CHECK(joist_list_next(&list, &item) && int_value(item) == 0x20AC);
	CHECK(joist_string(STUB_SELF, "").word == TERM_NIL.word);
	CHECK_STR(STUB_EXIT(joist_string(STUB_SELF, "\xFF")), "joist_string");
	stub_finish();
}

TEST_LEAK_FREE(maps)
{
	joist_term items[] = { ATOM(up), number(1), ATOM(down), number(2), ATOM(up), number(3) };
	joist_term map = joist_map(STUB_SELF, items, 3), key, value;
	size_t at = 0;

	CHECK_INT(joist_map_size(map), 2);
	CHECK(joist_equal(joist_map_get(map, ATOM(up)), number(3)));
	joist_term more = joist_map_put(STUB_SELF, map, ATOM(ok), number(4));
	more = joist_map_remove(STUB_SELF, more, ATOM(up));
	CHECK(joist_map_next(more, &at, &key, &value) && key.word == ATOM(down).word);
	CHECK(joist_map_next(more, &at, &key, &value) && key.word == ATOM(ok).word);
	CHECK(!joist_map_next(more, &at, &key, &value));
	at = 0;
	CHECK(!joist_map_next(TERM_NIL, &at, &key, &value));
	CHECK(joist_is_none(joist_map_get(TERM_NIL, key)) && !joist_map_size(TERM_NIL));
	CHECK_STR(STUB_EXIT(joist_map_put(STUB_SELF, TERM_NIL, key, value)), "joist_map_put");
	CHECK_STR(STUB_EXIT(joist_map_put(STUB_SELF, map, key, TERM_NONE)), "joist_map_put");
	CHECK_STR(STUB_EXIT(joist_map_remove(STUB_SELF, TERM_NIL, key)), "joist_map_remove");
	CHECK_STR(STUB_EXIT(joist_map(STUB_SELF, &TERM_NONE, 1)), "joist_map");
	stub_finish();
}

/* Every part of what is built while a parcel is open must be in it: the outside is overwritten. */
TEST_LEAK_FREE(an_open_parcel_holds_all_parts)
{
	uint64_t memory[64];
	struct arena outside = arena_over(memory, 64), plain = { 0 };
	joist_term part = term_tuple_of(&outside, term_small(1)), items[] = { part, part };
	joist_term map = term_map(&outside, items, 1), same = term_tuple_of(&plain, term_small(1));

	stub.stack.parcel_open = true;
	joist_term built[] = {
		joist_tuple(STUB_SELF, items, 2),
		joist_list(STUB_SELF, items, 2),
		joist_cons(STUB_SELF, part, part),
		joist_map(STUB_SELF, items, 1),
		joist_map_put(STUB_SELF, map, TERM_NIL, part),
		joist_map_put(STUB_SELF, map, part, part),
		joist_map_remove(STUB_SELF, map, TERM_NIL),
	};
	for (size_t i = 0; i < 64; i++)
		memory[i] = TERM_NIL.word;
	CHECK(joist_equal(joist_element(built[0], 1), same));
	joist_term item;
	while (joist_list_next(&built[1], &item))
		CHECK(joist_equal(item, same));
	CHECK(joist_equal(term_head(built[2]), same) && joist_equal(term_tail(built[2]), same));
	for (size_t i = 3; i < 7; i++)
		CHECK(joist_equal(joist_map_get(built[i], same), same));
	stub_finish();
	arena_empty(&plain);
}

TEST_LEAK_FREE(want_of_memory_exits)
{
	joist_term items[] = { number(1), number(2) };

	heap_fail(1, true);
	CHECK_STR(STUB_EXIT(joist_tuple(STUB_SELF, items, 2)), "");
	CHECK_STR(STUB_EXIT(joist_list(STUB_SELF, items, 2)), "");
	CHECK_STR(STUB_EXIT(joist_cons(STUB_SELF, items[0], items[1])), "");
	CHECK_STR(STUB_EXIT(joist_string(STUB_SELF, "abc")), "");
	CHECK_STR(STUB_EXIT(joist_map(STUB_SELF, items, 1)), "");
	heap_fail(0, false);
	stub_finish();
}
