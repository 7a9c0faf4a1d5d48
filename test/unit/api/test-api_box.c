/* Terms outside actors: they outlive what they were made of, and are shared. */
#include "test/harness.h"
#include "test/unit/api/self-stub.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"

static void forget(struct arena *arena)
{
	bins_drop(arena);
	arena_empty(arena);
}

TEST_LEAK_FREE(a_box_outlives_its_origin)
{
	struct arena arena = { 0 };
	joist_term pair[] = { term_int(&arena, 7), term_binary(&arena, "bytes", 5) };
	struct joist_box *box = joist_box(term_tuple(&arena, pair, 2));
	struct joist_bytes bytes;
	joist_term copy;

	forget(&arena);
	copy = joist_unbox(STUB_SELF, joist_box_hold(box));
	CHECK(joist_equal(copy, joist_box_look(box)));
	joist_box_free(box);
	CHECK(joist_get_bytes(joist_element(copy, 1), &bytes) && bytes.size == 5);
	forget(&stub.stack.arena);
}

TEST_LEAK_FREE(large_binaries_are_shared)
{
	struct arena arena = { 0 };
	unsigned char *data;
	joist_term binary = term_binary_new(&arena, 1000, &data);
	struct joist_box *box = joist_box(binary);
	struct joist_bytes bytes;

	forget(&arena);
	CHECK(joist_get_bytes(joist_unbox(STUB_SELF, box), &bytes) && bytes.data == data);
	forget(&stub.stack.arena);
}

TEST_LEAK_FREE(small_terms_need_no_words)
{
	struct joist_box *box = joist_box(TERM_NIL);

	CHECK_INT(joist_type(joist_box_look(box)), JOIST_NIL);
	joist_box_free(box);
	joist_box_free(NULL);
}

TEST_LEAK_FREE(want_of_memory)
{
	struct arena arena = { 0 };
	joist_term list = TERM_NIL;
	struct joist_box *box;

	for (int i = 0; i < 1000; i++)
		list = term_cons(&arena, term_small(i), list);
	heap_fail(1, false);
	CHECK(!joist_box(list));
	box = joist_box(list);
	heap_fail(1, false);
	CHECK_STR(STUB_EXIT(joist_unbox(STUB_SELF, box)), ""); /* the box is gone all the same */
	forget(&arena);
	forget(&stub.stack.arena);
}
