/* What workers begin with. */
#include "vm/sched/worker.h"

#include "test/harness.h"
#include "vm/sched/sched.h"

TEST_LEAK_FREE(no_two_make_the_same_number)
{
	static struct joist_vm vm;
	static struct worker first, second, last;

	CHECK_INT(worker_init(&first, &vm, 0), 0);
	CHECK_INT(worker_init(&second, &vm, 1), 0);
	CHECK_INT(worker_init(&last, &vm, WORKERS_MAX - 1), 0);
	uint64_t number = worker_number(&first);
	CHECK(number != 0); /* which is no reference's */
	CHECK_INT(worker_number(&first), number + 1);
	/* Each has room for more numbers than it will ever make. */
	CHECK(worker_number(&second) - number >= UINT64_C(1) << 40);
	CHECK(worker_number(&last) > worker_number(&second));
	worker_finish(&first);
	worker_finish(&second);
	worker_finish(&last);
}

TEST_LEAK_FREE(a_seed_is_what_it_draws_from)
{
	static struct joist_vm vm = { .seed = 7 };
	static struct worker one, other;

	CHECK_INT(worker_init(&one, &vm, 0), 0);
	CHECK_INT(worker_init(&other, &vm, 0), 0);
	for (int i = 0; i < 100; i++)
		CHECK_INT(rng_below(&one.rng, 1000), rng_below(&other.rng, 1000));
	worker_finish(&one);
	worker_finish(&other);
}
