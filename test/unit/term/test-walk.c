/* The stack of words for walks. */
#include "vm/term/walk.h"

#include "test/harness.h"
#include "vm/base/heap.h"

TEST_LEAK_FREE(gives_back_in_reverse)
{
	struct walk walk;

	walk_init(&walk);
	for (uint64_t i = 0; i < 10000; i++)
		CHECK(walk_push(&walk, i));
	for (uint64_t i = 10000; i-- > 0;)
		CHECK_INT(walk_pop(&walk), i);
	walk_finish(&walk);
}

TEST_LEAK_FREE(stays_whole_when_memory_is_short)
{
	struct walk walk;

	walk_init(&walk);
	heap_fail(2, true);
	while (walk_push(&walk, walk.count))
		;
	heap_fail(0, false);
	CHECK_INT(walk.count, 2 * WALK_WORDS);
	for (uint64_t i = 2 * WALK_WORDS; i-- > 0;)
		CHECK_INT(walk_pop(&walk), i);
	walk_finish(&walk);
}

TEST_LEAK_FREE(makes_room_for_many_at_once)
{
	struct walk walk;

	walk_init(&walk);
	CHECK(walk_room(&walk, 1000000));
	CHECK(walk.room >= 1000000);
	walk_finish(&walk);
}
