/* What an actor owns beyond its turn. */
#include "vm/actor/estate.h"

#include <string.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/base/heap.h"
#include "vm/base/rng.h"

static bool is_all(const unsigned char *memory, int byte, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (memory[i] != byte)
			return false;
	}
	return true;
}

TEST_LEAK_FREE(memory_is_zeroed_and_the_actors)
{
	struct estate estate = { 0 };
	unsigned char *a = estate_alloc(&estate, 100), *b = estate_alloc(&estate, 0);

	CHECK(a && b && a != b);
	CHECK(is_all(a, 0, 100));
	CHECK_INT((uintptr_t)a % 16, 0);
	memset(a, 7, 100);
	CHECK(estate.bytes >= 100);
	estate_free(&estate, NULL);
	estate_free(&estate, b);
	a = estate_realloc(&estate, a, 5000);
	CHECK(is_all(a, 7, 100) && is_all(a + 100, 0, 4900));
	a = estate_realloc(&estate, a, 50);
	CHECK(is_all(a, 7, 50));
	a = estate_realloc(&estate, a, 60);
	CHECK(is_all(a, 7, 50) && is_all(a + 50, 0, 10));
	b = estate_realloc(&estate, NULL, 10);
	CHECK(is_all(b, 0, 10));
	estate_finish(&estate);
	CHECK_INT(estate.bytes, 0);
}

/* Blocks of all kinds come and go in any order. */
TEST_LEAK_FREE(random_blocks_keep_what_is_in_them)
{
	enum { PLACES = 40 };
	struct estate estate = { 0 };
	struct rng rng = { .state = 5 };
	unsigned char *blocks[PLACES] = { 0 };
	size_t sizes[PLACES] = { 0 };

	for (int i = 0; i < 5000; i++) {
		uint32_t at = rng_below(&rng, PLACES);
		size_t size = rng_below(&rng, rng_below(&rng, 20) ? 300 : 30000);
		CHECK(!blocks[at] || is_all(blocks[at], (int)at, sizes[at]));
		if (rng_below(&rng, 3) == 0) {
			estate_free(&estate, blocks[at]);
			blocks[at] = NULL;
			continue;
		}
		blocks[at] = estate_realloc(&estate, blocks[at], size);
		memset(blocks[at], (int)at, size);
		sizes[at] = size;
	}
	for (int i = 0; i < PLACES; i += 2)
		estate_free(&estate, blocks[i]);
	estate_finish(&estate);
}

TEST_LEAK_FREE(what_is_too_large_leaves_all_as_it_was)
{
	struct estate estate = { 0 };
	char *memory = estate_alloc(&estate, 10);
	size_t bytes = estate.bytes;

	strcpy(memory, "text");
	CHECK(!estate_alloc(&estate, SIZE_MAX));
	CHECK(!estate_alloc(&estate, SIZE_MAX - 8));
	CHECK(!estate_realloc(&estate, memory, SIZE_MAX - 40));
	heap_fail(1, false);
	CHECK(!estate_alloc(&estate, 10));
	heap_fail(1, false);
	CHECK(!estate_realloc(&estate, memory, 20));
	CHECK_STR(memory, "text");
	CHECK_INT(estate.bytes, bytes);
	estate_finish(&estate);
}

TEST_LEAK_FREE(keeps_terms_of_every_kind)
{
	enum { TERMS = 300 };
	struct estate estate = { 0 };
	struct random random = { .state = 3 };
	static joist_term terms[TERMS], kept[TERMS];
	struct arena arena = { 0 };

	for (int i = 0; i < TERMS; i++) {
		terms[i] = random_term(&random, &arena, 4);
		kept[i] = estate_keep(&estate, terms[i]);
		CHECK(!joist_is_none(kept[i]));
	}
	for (int i = 0; i < TERMS; i++)
		CHECK(joist_equal(terms[i], kept[i]));
	for (int i = 0; i < TERMS; i += 2)
		CHECK(estate_drop(&estate, kept[i]));
	bins_drop(&arena);
	arena_empty(&arena);
	for (int i = 1; i < TERMS; i += 2) /* they stand alone now */
		CHECK(joist_equal(kept[i], kept[i]) && joist_hash(kept[i]) == joist_hash(kept[i]));
	estate_finish(&estate);
}

TEST_LEAK_FREE(drops_only_what_it_keeps)
{
	struct estate estate = { 0 };
	struct arena arena = { 0 };
	uint64_t *unused = arena_take(&arena, 8); /* something in front of the terms */
	joist_term pair = term_tuple_of(&arena, term_small(1), term_small(2));
	joist_term list = term_cons(&arena, term_small(1), term_cons(&arena, pair, TERM_NIL));

	memset(unused, 0, 64);
	CHECK(!estate_drop(&estate, pair));
	CHECK(!estate_drop(&estate, list));
	joist_term kept = estate_keep(&estate, list);
	CHECK(!estate_drop(&estate, term_tail(kept))); /* a part */
	CHECK(!estate_drop(&estate, term_head(term_tail(kept))));
	CHECK(estate_drop(&estate, kept));
	CHECK(estate_drop(&estate, TERM_NONE) && estate_drop(&estate, TERM_NIL));
	CHECK(estate_drop(&estate, term_small(5)) && estate_drop(&estate, ATOM(ok)));
	CHECK_INT(estate.bytes, 0);
	heap_fail(1, false);
	CHECK(joist_is_none(estate_keep(&estate, list)));
	heap_fail(0, false);
	CHECK_INT(estate.bytes, 0);
	arena_empty(&arena);
}

TEST_LEAK_FREE(while_it_holds_new_blocks_have_fences)
{
	struct estate estate = { 0 };
	char *before = estate_alloc(&estate, 10);

	estate_hold(&estate);
	char *block = estate_realloc(&estate, estate_alloc(&estate, 10), 13);
	CHECK_INT(block[12], 0);
	CHECK(estate_is_whole(&estate));
	block[13]++;
	CHECK(!estate_is_whole(&estate));
	block[13]--;
	estate_settle(&estate);
	block = estate_realloc(&estate, block, 100);
	CHECK_INT(block[13], 0);
	estate_free(&estate, before);
	estate_free(&estate, block);
	CHECK_INT(estate.bytes, 0);
}

static int ran[8], ran_count;

static void run(void *number)
{
	ran[ran_count++] = *(int *)number;
}

static void run_other(void *number)
{
	(void)number;
}

TEST_LEAK_FREE(the_last_deferred_comes_first)
{
	struct estate estate = { 0 };
	struct estate_defer defer;
	int numbers[] = { 0, 1, 2, 3 };

	for (int i = 0; i < 4; i++)
		CHECK(estate_defer(&estate, run, &numbers[i]));
	CHECK(estate_defer(&estate, run, &numbers[1]));
	CHECK(estate_undefer(&estate, run, &numbers[1])); /* the newest one */
	CHECK(estate_undefer(&estate, run, &numbers[2]));
	CHECK(!estate_undefer(&estate, run, &numbers[2]));
	CHECK(!estate_undefer(&estate, run_other, &numbers[1]));
	while (estate_next_defer(&estate, &defer))
		defer.run(defer.argument);
	CHECK_INT(ran_count, 3);
	CHECK(ran[0] == 3 && ran[1] == 1 && ran[2] == 0);
	heap_fail(1, false);
	CHECK(!estate_defer(&estate, run, &numbers[0]));
	heap_fail(0, false);
	CHECK(!estate_next_defer(&estate, &defer));
	estate_finish(&estate);
}
