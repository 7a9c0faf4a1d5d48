/* Run queues. */
#include "vm/sched/runq.h"

#include <pthread.h>
#include <sched.h>

#include "test/harness.h"
#include "vm/actor/actor.h"

enum { ACTORS = 40 };

static struct runq queue = { .shared = true };
static struct joist_actor actors[ACTORS];
static struct stack stack;

static struct joist_actor *ready(int i, enum joist_priority priority, bool frames)
{
	actors[i].priority = (uint8_t)priority;
	actors[i].stack = frames ? &stack : NULL;
	return &actors[i];
}

static int pop(void)
{
	struct joist_actor *a = runq_pop(&queue);

	return a ? (int)(a - actors) : -1;
}

TEST(the_first_in_is_the_first_out)
{
	CHECK(runq_is_empty(&queue));
	CHECK_INT(pop(), -1);
	for (int i = 0; i < 5; i++)
		runq_push(&queue, ready(i, JOIST_PRIORITY_NORMAL, false));
	CHECK(!runq_is_empty(&queue));
	for (int i = 0; i < 5; i++)
		CHECK_INT(pop(), i);
	CHECK_INT(pop(), -1);
	CHECK(runq_is_empty(&queue));
	for (int i = 0; i < 5; i++)
		runq_push(&queue, ready(i, JOIST_PRIORITY_NORMAL, true));
	for (int i = 0; i < 5; i++)
		CHECK_INT(pop(), i);
	CHECK(runq_is_empty(&queue));
}

/* Those with frames and those without have the same share. */
TEST(both_kinds_take_turns)
{
	int with = 0;

	for (int i = 0; i < 20; i++)
		runq_push(&queue, ready(i, JOIST_PRIORITY_NORMAL, i < 10));
	for (int i = 0; i < 10; i++)
		with += pop() < 10;
	CHECK(with >= 4 && with <= 6);
	for (int i = 0; i < 10; i++)
		CHECK(pop() >= 0);
	CHECK_INT(pop(), -1);
}

/* Whoever gives way does so to one without frames at least, and to all with frames. */
TEST(who_yields_is_not_next)
{
	for (int i = 0; i < 10; i++) {
		runq_push(&queue, ready(1, JOIST_PRIORITY_NORMAL, false));
		runq_push_yielding(&queue, ready(0, JOIST_PRIORITY_NORMAL, true));
		CHECK_INT(pop(), 1);
		for (int j = 0; j < i % 3; j++)
			CHECK_INT(pop(), j ? -1 : 0);
		while (pop() >= 0)
			;
	}
	runq_push(&queue, ready(1, JOIST_PRIORITY_NORMAL, true));
	runq_push(&queue, ready(2, JOIST_PRIORITY_NORMAL, true));
	runq_push_yielding(&queue, ready(0, JOIST_PRIORITY_NORMAL, true));
	for (int i = 0; i < 3; i++)
		CHECK_INT(pop(), (i + 1) % 3);
}

TEST(higher_priorities_come_first)
{
	static const enum joist_priority order[] = { JOIST_PRIORITY_MAX, JOIST_PRIORITY_HIGH,
						     JOIST_PRIORITY_NORMAL, JOIST_PRIORITY_LOW };

	for (int i = 0; i < 4; i++)
		runq_push(&queue, ready(i, order[3 - i], i % 2));
	for (int i = 3; i >= 0; i--)
		CHECK_INT(pop(), i);
}

/* But low is passed over a few times only. */
TEST(low_priority_is_not_starved)
{
	int passes = 0, popped;

	runq_push(&queue, ready(0, JOIST_PRIORITY_LOW, true));
	runq_push(&queue, ready(1, JOIST_PRIORITY_NORMAL, false));
	while ((popped = pop()) != 0) {
		CHECK_INT(popped, 1);
		runq_push(&queue, &actors[1]);
		CHECK(++passes < 20);
	}
	CHECK(passes > 1);
}

TEST(half_of_those_without_frames_are_stolen)
{
	struct joist_actor *taken[ACTORS];

	CHECK_INT(runq_steal(&queue, taken, ACTORS), 0);
	for (int i = 0; i < 10; i++)
		runq_push(&queue, ready(i, JOIST_PRIORITY_NORMAL, i % 2));
	CHECK_INT(runq_steal(&queue, taken, ACTORS), 3);
	for (int i = 0; i < 3; i++)
		CHECK(taken[i] == &actors[2 * i]);
	CHECK_INT(runq_steal(&queue, taken, ACTORS), 1);
	CHECK_INT(runq_steal(&queue, taken, ACTORS), 1);
	CHECK_INT(runq_steal(&queue, taken, ACTORS), 0);
	for (int i = 0; i < 5; i++)
		CHECK_INT(pop(), 2 * i + 1);
	CHECK_INT(pop(), -1);
	for (int i = 0; i < 20; i++)
		runq_push(&queue, ready(i, JOIST_PRIORITY_NORMAL, false));
	CHECK_INT(runq_steal(&queue, taken, 4), 4);
	for (int i = 4; i < 20; i++)
		CHECK_INT(pop(), i);
}

/* ---- an owner and thieves ---- */

enum { ROUNDS = 30000, THIEVES = 3 };

static atomic_int popped[ACTORS]; /* how often each was taken out */
static atomic_bool over;

static void *steal(void *unused)
{
	struct joist_actor *taken[ACTORS];

	while (!atomic_load(&over)) {
		unsigned n = runq_steal(&queue, taken, ACTORS);
		for (unsigned i = 0; i < n; i++)
			atomic_fetch_add(&popped[taken[i] - actors], 1);
		sched_yield();
	}
	return unused;
}

TEST(each_is_taken_once, .seconds_max = 60)
{
	pthread_t thieves[THIEVES];
	int pushed[ACTORS] = { 0 };

	for (int i = 0; i < THIEVES; i++)
		CHECK_INT(pthread_create(&thieves[i], NULL, steal, NULL), 0);
	for (int round = 0; round < ROUNDS; round++) {
		int i = round % ACTORS;
		if (atomic_load(&popped[i]) == pushed[i]) {
			runq_push(&queue, ready(i, (enum joist_priority)(round % 4), false));
			pushed[i]++;
		}
		if (round % 3 == 0 && (i = pop()) >= 0)
			atomic_fetch_add(&popped[i], 1);
	}
	for (int i; (i = pop()) >= 0;)
		atomic_fetch_add(&popped[i], 1);
	atomic_store(&over, true);
	for (int i = 0; i < THIEVES; i++)
		pthread_join(thieves[i], NULL);
	for (int i = 0; i < ACTORS; i++)
		CHECK_INT(atomic_load(&popped[i]), pushed[i]);
}
