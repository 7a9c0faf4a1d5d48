/* Actors that do what a seed says to each other, and a world that holds them to the rules:
 *
 *   a monitor fires once, or not at all once it has been ended
 *   what one sends to another arrives whole and in order
 *   a link is known at both ends, and so is a monitor
 *   a killed actor takes with it those that are linked and do not trap, along every chain, and no others
 *   nobody is left at the end
 *   none of that changes when their code is upgraded, or fails to be
 *
 * A run is a `world` with arguments {Seed, Actors, Steps}; it ends with reason normal, or with
 * {violation, Text}. */
#ifndef JOIST_TEST_RANDOM_H
#define JOIST_TEST_RANDOM_H

#include <joist/joist.h>

/* A generator of numbers; any state will do. */
static inline uint64_t dice_roll(uint64_t *dice, uint64_t sides)
{
	uint64_t z = *dice += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % sides;
}

void world(struct joist_actor *self, joist_term args);
void wanderer(struct joist_actor *self, joist_term args);
extern const struct joist_handler resident;

/* Where the steps that actors take are written, in the order in which they take them; NULL: nowhere.
 * Only for a node with one scheduler. */
extern void (*trace_step)(joist_pid who, const char *step);

#endif
