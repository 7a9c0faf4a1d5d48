/* Copying terms. */
#include "vm/term/copy.h"

#include <string.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/base/heap.h"
#include "vm/term/order.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

/* Into an arena of the exact size, which must be used up. */
static void copy_check(joist_term t)
{
	size_t words = copy_words(t);
	uint64_t *memory = heap_take(words * 8 + 8);
	struct arena a = arena_over(memory, words);

	joist_term copy = copy_into(&a, t);
	CHECK(a.at == a.end);
	CHECK(term_equal(t, copy));
	CHECK(!words || (uintptr_t)copy.word - (uintptr_t)memory <= words * 8);
	bins_drop(&a);
	heap_give(memory, words * 8 + 8);
}

TEST_LEAK_FREE(random_terms)
{
	struct random r = { .state = 42 };

	for (int i = 0; i < 3000; i++) {
		struct arena a = { 0 };
		copy_check(random_term(&r, &a, 5));
		finish(&a);
	}
}

TEST_LEAK_FREE(lists_of_all_kinds)
{
	struct arena a = { 0 };
	joist_term list = TERM_NIL;
	char text[100] = { 0 };

	for (int i = 0; i < 100; i++) {
		joist_term flat = term_tuple_of(&a, term_small(i), TERM_NIL);
		joist_term heads[] = {
			term_tuple_of(&a, list),
			term_small(i),
			flat,
			term_tuple_of(&a, flat, term_float(&a, 0.5)),
			term_binary(&a, text, i % 10 ? 20 : sizeof(text)),
		};
		joist_term head = heads[i % 7 % 5];
		list = term_cons(&a, head, i ? list : term_float(&a, 1.5));
		copy_check(term_tuple_of(&a, list, term_cons(&a, list, TERM_NIL)));
		list = i % 10 ? list : TERM_NIL;
	}
	finish(&a);
}

TEST_LEAK_FREE(immediates_are_themselves)
{
	uint64_t memory[1];
	struct arena none = arena_over(memory, 0);

	CHECK_INT(copy_words(TERM_NIL), 0);
	CHECK_INT(copy_words(TERM_NONE), 0);
	CHECK(copy_into(&none, ATOM(ok)).word == ATOM_WORD(ok));
	CHECK(joist_is_none(copy_into(&none, TERM_NONE)));
	CHECK(joist_is_none(copy_outside(&none, TERM_NONE)));
}

TEST_LEAK_FREE(counted_bytes_outlive_the_source)
{
	struct arena a = { 0 }, b = { 0 };
	char text[300];
	struct joist_bytes bytes;

	memset(text, 'z', sizeof(text));
	joist_term t = copy_outside(&b, term_tuple_of(&a, term_binary(&a, text, 300)));
	finish(&a);
	CHECK(bin_get_bytes(tuple_at(t, 0), &bytes) && !memcmp(bytes.data, text, 300));
	finish(&b);
}

static joist_term deep(struct arena *a, int depth)
{
	joist_term t = TERM_NIL;

	for (int i = 0; i < depth; i++)
		t = i % 2 ? term_cons(a, t, TERM_NIL) : term_tuple_of(a, t, term_small(i));
	return t;
}

TEST_LEAK_FREE(a_million_levels)
{
	struct arena a = { 0 };

	copy_check(deep(&a, 1000000));
	finish(&a);
}

TEST_LEAK_FREE(shared_parts_that_would_explode_are_refused, .seconds_max = 60)
{
	struct arena a = { 0 }, b = { 0 };
	joist_term t = TERM_NIL;

	for (int i = 0; i < 200; i++)
		t = term_tuple_of(&a, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t);
	CHECK(joist_is_none(copy_outside(&b, t)));
	/* A million times a list of a million. */
	joist_term list = TERM_NIL, *many = heap_take(1000000 * sizeof(*many));
	for (int i = 0; i < 1000000; i++)
		list = term_cons(&a, TERM_NIL, list);
	for (int i = 0; i < 1000000; i++)
		many[i] = list;
	CHECK(copy_words(term_tuple(&a, many, 1000000)) == SIZE_MAX);
	heap_give(many, 1000000 * sizeof(*many));
	finish(&a);
}

TEST_LEAK_FREE(without_memory_there_is_none)
{
	struct arena a = { 0 };
	joist_term t = deep(&a, 1000);

	for (int64_t nth = 1;; nth++) {
		struct arena b = { 0 };
		heap_fail(nth, true);
		joist_term copy = copy_outside(&b, t);
		heap_fail(0, false);
		bool done = !joist_is_none(copy);
		CHECK(!done || term_equal(t, copy));
		finish(&b);
		if (done) {
			CHECK(nth > 2);
			break;
		}
	}
	finish(&a);
}

TEST_LEAK_FREE(what_the_arena_holds_is_not_copied)
{
	struct arena a = { 0 }, b = { 0 };
	joist_term inside = term_tuple_of(&b, term_small(1));
	joist_term t = term_tuple_of(&a, inside, term_tuple_of(&a, term_small(2)));

	joist_term copy = copy_outside(&b, t);
	CHECK(tuple_at(copy, 0).word == inside.word);
	CHECK(tuple_at(copy, 1).word != tuple_at(t, 1).word && term_equal(copy, t));
	CHECK(copy_outside(&b, inside).word == inside.word);
	joist_term tail = term_cons(&b, term_small(3), TERM_NIL);
	joist_term list = term_cons(&a, t, term_cons(&a, inside, tail));
	copy = copy_outside(&b, list);
	CHECK(term_tail(term_tail(copy)).word == tail.word && term_equal(copy, list));
	CHECK(term_head(term_tail(copy)).word == inside.word);
	finish(&a);
	finish(&b);
}
