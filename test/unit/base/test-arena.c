/* The bump heap of words. */
#include "vm/base/arena.h"

#include "test/harness.h"
#include "vm/base/heap.h"

TEST_LEAK_FREE(an_empty_one_holds_no_memory)
{
	struct arena arena = { 0 };
	int64_t before = heap_in_use();

	arena_empty(&arena);
	CHECK_INT(heap_in_use(), before);
	CHECK(!arena_holds(&arena, &arena));
}

TEST_LEAK_FREE(gives_words_that_do_not_overlap)
{
	enum { PIECES = 2000 };
	static uint64_t *pieces[PIECES];
	struct arena arena = { 0 };

	for (size_t i = 0; i < PIECES; i++) {
		pieces[i] = arena_take(&arena, i % 37 + 1);
		CHECK(pieces[i]);
		pieces[i][0] = pieces[i][i % 37] = i;
	}
	for (size_t i = 0; i < PIECES; i++) {
		CHECK_INT(pieces[i][0], i);
		CHECK_INT(pieces[i][i % 37], i);
		CHECK(arena_holds(&arena, pieces[i]));
		CHECK(arena_holds(&arena, &pieces[i][i % 37]));
	}
	CHECK(!arena_holds(&arena, pieces));
	arena_empty(&arena);
	CHECK(!arena.chunks && !arena.bytes);
}

TEST_LEAK_FREE(one_piece_may_be_large)
{
	struct arena arena = { 0 };
	uint64_t *small = arena_take(&arena, 1), *large = arena_take(&arena, 1000000);

	CHECK(small && large);
	large[0] = large[999999] = 1;
	CHECK(arena.bytes > 8000000);
	arena_empty(&arena);
}

TEST_LEAK_FREE(keeps_to_its_limit)
{
	struct arena arena = { .bytes_max = 10000 };
	unsigned got = 0;

	while (arena_take(&arena, 10))
		got++;
	CHECK(got >= 100);
	CHECK(arena.bytes <= 10000);
	CHECK(!arena_take(&arena, 10));
	arena_empty(&arena);
}

TEST_LEAK_FREE(grows_little_by_what_follows_the_adopted)
{
	struct arena arena = { 0 };

	for (int hop = 0; hop < 10; hop++) {
		struct arena next = { 0 };

		arena_adopt(&next, arena.chunks);
		CHECK(arena_take(&next, hop ? 10 : 20000));
		arena = next;
	}
	CHECK(arena.bytes < 20000 * sizeof(uint64_t) + 10 * 2 * ARENA_CHUNK_BYTES);
	arena_empty(&arena);
}

TEST_LEAK_FREE(refuses_what_overflows)
{
	struct arena arena = { 0 };

	CHECK(!arena_take(&arena, SIZE_MAX));
	CHECK(!arena_take(&arena, SIZE_MAX / 8));
	CHECK(!arena.chunks);
}

TEST_LEAK_FREE(when_memory_is_short_it_stays_as_it_was)
{
	struct arena arena = { 0 };
	uint64_t *first = arena_take(&arena, 1);

	heap_fail(1, false);
	CHECK(!arena_take(&arena, 1000));
	*first = 7;
	CHECK(arena_take(&arena, 1) == first + 1);
	arena_empty(&arena);
}

TEST_LEAK_FREE(one_over_lent_memory_does_not_grow)
{
	uint64_t memory[4];
	struct arena arena = arena_over(memory, 4);

	CHECK(arena_take(&arena, 3) == memory);
	CHECK(!arena_take(&arena, 2));
	CHECK(arena_take(&arena, 1) == memory + 3);
}
