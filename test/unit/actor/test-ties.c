/* Sets of ties. */
#include "vm/actor/ties.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/base/rng.h"

enum { IDS = 300, NODES = 3 };

/* What should be in a set: by id and node, what `other` says; 0: nothing. */
struct model {
	uint64_t other[IDS + 1][NODES];
	uint32_t count;
};

static void compare(const struct ties *ties, const struct model *model)
{
	bool seen[IDS + 1][NODES] = { 0 };
	uint32_t position = 0, count = 0;
	struct tie *tie;

	CHECK_INT(ties_count(ties), model->count);
	while ((tie = ties_next(ties, &position))) {
		CHECK(!seen[tie->id][tie->node]);
		seen[tie->id][tie->node] = true;
		CHECK(tie->other == model->other[tie->id][tie->node]);
		count++;
	}
	CHECK_INT(count, model->count);
	for (uint64_t id = 0; id <= IDS; id++)
		for (uint32_t node = 0; node < NODES; node++) {
			tie = ties_find(ties, id, node);
			CHECK(!tie == !model->other[id][node]);
			CHECK(!tie || (tie->id == id && tie->node == node));
		}
}

static void step(struct ties *ties, struct model *model, struct rng *rng, uint32_t ids,
		 unsigned adds_of_ten)
{
	uint64_t id = rng_below(rng, ids + 1);
	uint32_t node = rng_below(rng, NODES);
	uint64_t *other = &model->other[id][node];

	if (!id && !node) /* is nobody's */
		return;
	if (rng_below(rng, 10) < adds_of_ten) {
		struct tie *tie = ties_add(ties, id, node);
		CHECK(tie && tie->id == id && tie->node == node && tie->other == *other);
		model->count += !*other;
		tie->other = *other = rng_next(rng) | 1;
	} else if (*other) {
		ties_remove(ties, ties_find(ties, id, node));
		*other = 0;
		model->count--;
	}
}

/* Sets that grow, that stay about as they are, that shrink. */
TEST_LEAK_FREE(behaves_like_a_table_of_all_ids)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct rng rng = { .state = seed };
		struct ties ties = { 0 };
		struct model model = { 0 };
		uint32_t ids = seed % 4 ? 1 + rng_below(&rng, IDS) : 1 + rng_below(&rng, 6);

		for (unsigned phase = 0; phase < 6; phase++) {
			for (int i = 0; i < 400; i++)
				step(&ties, &model, &rng, ids, (unsigned[]){ 8, 5, 1 }[phase % 3]);
			compare(&ties, &model);
		}
		ties_finish(&ties);
	}
}

TEST_LEAK_FREE(a_set_that_was_never_used_owns_nothing)
{
	int64_t before = heap_in_use();
	struct ties ties = { 0 };
	uint32_t position = 0;

	CHECK(!ties_find(&ties, 1, 0));
	CHECK(!ties_next(&ties, &position));
	ties_finish(&ties);
	CHECK_INT(heap_in_use(), before);
	for (int i = 0; i < 3; i++) {
		CHECK(ties_add(&ties, 5, 0));
		CHECK(heap_in_use() - before <= 32 && ties_bytes(&ties) <= 32);
		ties_remove(&ties, ties_find(&ties, 5, 0));
		CHECK(heap_in_use() - before <= 32); /* for the next one */
	}
	ties_finish(&ties);
	CHECK_INT(heap_in_use(), before);
}

TEST_LEAK_FREE(adding_twice_finds_the_first)
{
	struct ties ties = { 0 };
	struct tie *tie = ties_add(&ties, 7, 0);

	tie->note = 3;
	CHECK_INT(ties_add(&ties, 7, 0)->note, 3);
	CHECK_INT(ties_add(&ties, 7, 1)->note, 0);
	CHECK_INT(ties_count(&ties), 2);
	ties_finish(&ties);
	CHECK_INT(ties_count(&ties), 0);
}

/* Room is given back when most of a large set has gone. */
TEST_LEAK_FREE(shrinks)
{
	struct ties ties = { 0 };

	for (uint64_t id = 1; id <= 100000; id++)
		CHECK(ties_add(&ties, id, 0));
	size_t room = ties_bytes(&ties);
	for (uint64_t id = 1; id < 100000; id++)
		ties_remove(&ties, ties_find(&ties, id, 0));
	CHECK(ties_find(&ties, 100000, 0));
	CHECK(ties_bytes(&ties) < room / 100);
	ties_finish(&ties);
}

TEST_LEAK_FREE(without_memory_the_set_is_as_before)
{
	struct ties ties = { 0 };

	heap_fail(1, false);
	CHECK(!ties_add(&ties, 1, 0));
	CHECK_INT(ties_count(&ties), 0);
	for (uint64_t id = 1; id <= 1000; id++) {
		uint32_t count = ties_count(&ties);
		heap_fail(1, false);
		if (!ties_add(&ties, id, 0)) {
			CHECK_INT(ties_count(&ties), count);
			CHECK(!ties_find(&ties, id, 0));
			CHECK(id == 1 || ties_find(&ties, id - 1, 0));
			CHECK(ties_add(&ties, id, 0));
		}
		heap_fail(0, false);
	}
	/* One that cannot shrink stays large. */
	heap_fail(1, true);
	for (uint64_t id = 1; id < 1000; id++)
		ties_remove(&ties, ties_find(&ties, id, 0));
	heap_fail(0, false);
	CHECK(ties_find(&ties, 1000, 0));
	ties_finish(&ties);
}
