/* Random numbers for choices that must be fast and can be repeated from a seed; not for secrets. */
#ifndef JOIST_VM_BASE_RNG_H
#define JOIST_VM_BASE_RNG_H

#include <stdint.h>

/* A generator (splitmix64), of one thread. Any value is a good seed. */
struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* From 0 to `limit` - 1; `limit` is above 0. */
static inline uint32_t rng_below(struct rng *rng, uint32_t limit)
{
	return (uint32_t)((rng_next(rng) >> 32) * limit >> 32);
}

/* A generator for another thread, whose numbers are as good as independent. */
static inline struct rng rng_split(struct rng *rng)
{
	return (struct rng){ .state = rng_next(rng) };
}

#endif
