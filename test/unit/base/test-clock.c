/* Time. */
#include "vm/base/clock.h"

#include "test/harness.h"

TEST(goes_forward)
{
	int64_t start = clock_now_ns(), now;

	CHECK(start > 0);
	do
		now = clock_now_ns();
	while (now == start);
	CHECK(now > start);
	CHECK(clock_system_ns() > INT64_C(1600000000) * CLOCK_NS_PER_S);
}

TEST(stands_still_until_it_is_turned)
{
	int64_t real = clock_now_ns();

	clock_virtual(true);
	int64_t now = clock_now_ns(), system = clock_system_ns();

	CHECK_INT(clock_now_ns(), now);
	clock_advance(5 * CLOCK_NS_PER_S);
	CHECK_INT(clock_now_ns() - now, 5 * CLOCK_NS_PER_S);
	CHECK_INT(clock_system_ns() - system, 5 * CLOCK_NS_PER_S);
	clock_virtual(false);
	CHECK(clock_now_ns() >= real && clock_now_ns() < real + 5 * CLOCK_NS_PER_S);
}

TEST(measures_the_counter_of_cycles)
{
	uint64_t rate = clock_cycles_per_us(), before = clock_cycles(), after;

	CHECK(rate >= 1);
	CHECK_INT(clock_cycles_per_us(), rate);
	do
		after = clock_cycles();
	while (after == before);
	CHECK(after > before);
}
