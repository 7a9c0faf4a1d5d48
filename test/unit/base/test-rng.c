/* Random numbers. */
#include "vm/base/rng.h"

#include "test/harness.h"

TEST(a_seed_repeats)
{
	struct rng a = { .state = 7 }, b = { .state = 7 }, c = { .state = 8 };

	for (int i = 0; i < 100; i++) {
		uint64_t number = rng_next(&a);
		CHECK(number == rng_next(&b));
		CHECK(number != rng_next(&c));
	}
}

/* The published sequence of splitmix64 for this seed. */
TEST(is_splitmix64)
{
	struct rng rng = { .state = 1234567 };

	CHECK(rng_next(&rng) == UINT64_C(6457827717110365317));
	CHECK(rng_next(&rng) == UINT64_C(3203168211198807973));
}

TEST(numbers_below_a_limit_are_spread_evenly)
{
	struct rng rng = { .state = 1 };
	int count[7] = { 0 };

	for (int i = 0; i < 70000; i++)
		count[rng_below(&rng, 7)]++;
	for (int i = 0; i < 7; i++)
		CHECK(count[i] > 9500 && count[i] < 10500);
	CHECK_INT(rng_below(&rng, 1), 0);
}

TEST(a_split_goes_its_own_way)
{
	struct rng a = { .state = 1 }, b = rng_split(&a);

	CHECK(rng_next(&a) != rng_next(&b));
}
