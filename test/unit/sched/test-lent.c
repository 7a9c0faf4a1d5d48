/* Stacks that a worker lends. */
#include "vm/sched/lent.h"

#include "test/harness.h"
#include "vm/sched/worker.h"

static void start(void)
{
}

TEST(one_is_there_when_it_was_reserved)
{
	struct worker w = { .lent_start = start };

	CHECK(lent_reserve(&w));
	CHECK(lent_reserve(&w)); /* the same one will do */
	CHECK_INT(w.lent_count, 1);
	CHECK_INT(stack_count(), 1);
	struct stack *one = lent_take(&w), *other = lent_take(&w);
	CHECK(one && other && one != other);
	CHECK_INT(w.lent_count, 0);
	lent_give(&w, other);
	lent_give(&w, one);
	CHECK_INT(w.lent_count, 2);
	CHECK(lent_take(&w) == one); /* the warmest first */
	lent_give(&w, one);
	lent_finish(&w);
	CHECK(!w.lent);
	CHECK_INT(w.lent_count, 0);
}

TEST(there_may_be_none)
{
	struct worker w = { .lent_start = start };

	stack_count_limit(1);
	struct stack *only = lent_take(&w);
	CHECK(only);
	CHECK(!lent_reserve(&w) && !lent_take(&w));
	lent_give(&w, only);
	CHECK(lent_reserve(&w) && lent_take(&w) == only);
	stack_give(only);
}
