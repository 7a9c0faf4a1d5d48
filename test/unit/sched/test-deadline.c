/* Deadlines in a worker's wheel, of a node that does not run. */
#include "vm/sched/deadline.h"

#include "test/harness.h"
#include "test/unit/sched/still.h"
#include "vm/base/clock.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"
#include "vm/vm.h"

enum { ACTORS = 3 };

/* An actor that waits. */
static struct joist_actor *waiter(struct joist_vm *vm)
{
	struct joist_actor *a = still_actor(vm);

	CHECK(inbox_rest(a->entry));
	return a;
}

TEST(are_counted_from_now)
{
	clock_virtual(true);
	CHECK_INT(deadline_after(0), DEADLINE_NOW);
	CHECK_INT(deadline_after(1500), clock_now_ns() + 1500 * CLOCK_NS_PER_MS);
	CHECK_INT(deadline_after(JOIST_INFINITY), DEADLINE_NEVER);
	CHECK_INT(deadline_after(INT64_MAX), DEADLINE_NEVER);
	CHECK_INT(deadline_after(INT64_MAX / 1000000), DEADLINE_NEVER); /* but for now's part */
}

TEST_LEAK_FREE(who_waits_runs_when_its_own_is_reached)
{
	struct joist_vm *vm = still_node(true);
	struct joist_actor *actors[ACTORS];
	struct deadline deadlines[ACTORS] = { 0 };

	struct worker *w = &vm->workers[0];
	for (int i = 0; i < ACTORS; i++) {
		actors[i] = waiter(vm);
		deadlines[i].actor = actors[i];
		wheel_set(&w->deadlines, &deadlines[i].timer, deadline_after(10 * (ACTORS - i)));
	}
	deadline_expire(w, clock_now_ns());
	CHECK(runq_is_empty(&w->queue));
	clock_advance(21 * CLOCK_NS_PER_MS);
	CHECK(inbox_claim(actors[2]->entry)); /* somebody else makes it run already */
	deadline_expire(w, clock_now_ns());
	CHECK(!deadlines[0].reached && deadlines[1].reached && deadlines[2].reached);
	CHECK(runq_pop(&w->queue) == actors[1]);
	CHECK(runq_is_empty(&w->queue));
	clock_advance(10 * CLOCK_NS_PER_MS);
	deadline_expire(w, clock_now_ns());
	CHECK(deadlines[0].reached);
	CHECK(runq_pop(&w->queue) == actors[0]);
	for (int i = 0; i < ACTORS; i++)
		still_end(vm, actors[i]);
	vm_destroy(vm);
}
