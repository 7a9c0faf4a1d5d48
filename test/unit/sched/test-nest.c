/* What young actors start. */
#include "vm/sched/nest.h"

#include "test/harness.h"
#include "vm/sched/sched.h"
#include "vm/sched/wake.h"

static struct joist_vm vm = { .worker_count = 1 };
static struct thread thread;
static struct worker worker = { .vm = &vm, .thread = &thread, .slice_ends = UINT64_MAX };
static struct joist_actor parent, actors[6];

/* Another actor runs, which is as old as that. */
static void run(struct joist_actor *a, uint64_t reductions)
{
	a->reductions = reductions;
	worker.poll_next = UINT64_MAX;
	thread.reductions = 100;
	thread_go_on(&worker, a);
}

static int take(void)
{
	struct joist_actor *a = nest_take(&worker);

	return a ? (int)(a - actors) : -1;
}

TEST(the_youngest_parents_children_come_first_in_their_order)
{
	CHECK_INT(take(), -1);
	run(&parent, 0);
	for (int i = 0; i < 3; i++)
		CHECK(wake_nested(&worker, &actors[i]));
	CHECK_INT(take(), 0);
	run(&actors[0], 10);
	CHECK(wake_nested(&worker, &actors[3]));
	CHECK(wake_nested(&worker, &actors[4]));
	CHECK_INT(take(), 3);
	run(&actors[3], 10);
	CHECK_INT(take(), 4);
	CHECK_INT(take(), 1);
	CHECK_INT(take(), 2);
	CHECK_INT(take(), -1);
}

TEST(they_stand_in_the_queue_when_the_slice_is_over)
{
	run(&parent, 0);
	for (int i = 0; i < 3; i++)
		CHECK(wake_nested(&worker, &actors[i]));
	CHECK_INT(take(), 0);
	thread.reductions = 0;
	CHECK_INT(take(), -1);
	CHECK(runq_pop(&worker.queue) == &actors[1]);
	CHECK(runq_pop(&worker.queue) == &actors[2]);
	CHECK(!runq_pop(&worker.queue));
}

TEST(the_urgent_come_before_them)
{
	run(&parent, 0);
	CHECK(wake_nested(&worker, &actors[0]));
	CHECK(wake_nested(&worker, &actors[1]));
	actors[2].priority = JOIST_PRIORITY_HIGH;
	actors[3].priority = JOIST_PRIORITY_LOW;
	runq_push(&worker.queue, &actors[3]);
	CHECK_INT(take(), 0);
	runq_push(&worker.queue, &actors[2]);
	CHECK_INT(take(), -1);
	CHECK(runq_pop(&worker.queue) == &actors[2]);
	CHECK(runq_pop(&worker.queue) == &actors[1]);
}

TEST(an_old_actors_children_are_not_preferred)
{
	run(&parent, SLICE_REDUCTIONS);
	CHECK(!wake_nested(&worker, &actors[0]));
	run(&parent, 0);
	actors[0].priority = JOIST_PRIORITY_HIGH;
	CHECK(!wake_nested(&worker, &actors[0]));
	vm.seeded = true;
	CHECK(!wake_nested(&worker, &actors[1]));
	vm.seeded = false;
	/* relaxed: nobody else is there */
	atomic_store_explicit(&vm.idle[0], 2, memory_order_relaxed);
	CHECK(!wake_nested(&worker, &actors[1]));
	atomic_store_explicit(&vm.idle[0], 0, memory_order_relaxed);
	thread.current = NULL;
	CHECK(!wake_nested(&worker, &actors[1]));
	CHECK_INT(take(), -1);
}
