/* Counting processors. */
#include "vm/base/processors.h"

#include <sched.h>

#include "test/harness.h"

TEST(there_is_one_at_least_and_no_more_than_affinity_allows)
{
	cpu_set_t set;

	CHECK(sched_getaffinity(0, sizeof(set), &set) == 0);
	CHECK(processors_usable() >= 1);
	CHECK((int)processors_usable() <= CPU_COUNT(&set));
}

TEST(one_that_is_taken_away_does_not_count)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
	CHECK_INT(processors_usable(), 1);
}
