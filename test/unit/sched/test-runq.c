/* Run queues: order, priorities, and what thieves may take. */
#include "vm/sched/runq.h"

#include "test/harness.h"
#include "vm/actor/actor.h"

static struct joist_actor actors[32];
static struct stack frames; /* that an actor has some is all that counts */

static struct joist_actor *actor(int i, enum joist_priority priority, bool has_frames)
{
	actors[i].priority = (uint8_t)priority;
	actors[i].stack = has_frames ? &frames : NULL;
	return &actors[i];
}

TEST(first_in_first_out)
{
	struct runq q = { 0 };

	CHECK(runq_is_empty(&q));
	CHECK(!runq_pop(&q));
	for (int i = 0; i < 4; i++)
		runq_push(&q, actor(i, JOIST_PRIORITY_NORMAL, false));
	CHECK(!runq_is_empty(&q));
	for (int i = 0; i < 4; i++)
		CHECK(runq_pop(&q) == &actors[i]);
	CHECK(runq_is_empty(&q));
}

TEST(those_with_frames_and_those_without_take_turns)
{
	struct runq q = { 0 };
	int with_frames = 0;

	for (int i = 0; i < 8; i++)
		runq_push(&q, actor(i, JOIST_PRIORITY_NORMAL, i < 4));
	for (int i = 0; i < 4; i++)
		with_frames += runq_pop(&q)->stack != NULL;
	CHECK_INT(with_frames, 2);
}

TEST(the_urgent_go_first_and_the_low_are_not_forgotten)
{
	struct runq q = { 0 };
	int low_at = -1;

	runq_push(&q, actor(0, JOIST_PRIORITY_LOW, false));
	for (int i = 1; i < 20; i++)
		runq_push(&q, actor(i, JOIST_PRIORITY_NORMAL, false));
	runq_push(&q, actor(20, JOIST_PRIORITY_HIGH, false));
	runq_push(&q, actor(21, JOIST_PRIORITY_MAX, true));
	CHECK(runq_pop(&q) == &actors[21]);
	CHECK(runq_pop(&q) == &actors[20]);
	for (int i = 0; low_at < 0 && i < 19; i++)
		low_at = runq_pop(&q) == &actors[0] ? i : -1;
	CHECK(low_at >= 0 && low_at < 10);
}

TEST(thieves_take_half_of_those_without_frames)
{
	struct joist_actor *taken[32];
	struct runq q = { 0 };

	for (int i = 0; i < 10; i++)
		runq_push(&q, actor(i, JOIST_PRIORITY_NORMAL, i >= 6));
	CHECK_INT(runq_steal(&q, taken, 32), 3);
	CHECK(taken[0] == &actors[0] && taken[2] == &actors[2]);
	CHECK_INT(runq_steal(&q, taken, 1), 1);
	CHECK_INT(runq_steal(&q, taken, 32), 1);
	CHECK_INT(runq_steal(&q, taken, 32), 1);
	CHECK_INT(runq_steal(&q, taken, 32), 0);
	for (int i = 6; i < 10; i++)
		CHECK(runq_pop(&q) == &actors[i]);
	CHECK(runq_is_empty(&q));
}
