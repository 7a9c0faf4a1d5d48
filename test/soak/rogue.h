/* A rogue, and its deeds. */
#ifndef JOIST_TEST_SOAK_ROGUE_H
#define JOIST_TEST_SOAK_ROGUE_H

#include "test/soak/soak.h"

#define WATCHES_MAX 16
#define OPENED_MAX 2

struct rogue {
	struct joist_actor *self;
	bool loops; /* it is no server */
	bool toils; /* its turns may take long */
	int64_t slot; /* its place in the tree; -1: another rogue started it */
	int64_t deeds_left; /* -1: no end of them */
	int64_t depth; /* how many generations it may found */
	uint64_t dice;
	joist_ref timer; /* sends `act` */
	joist_ref watches[WATCHES_MAX]; /* monitors that have neither fired nor been ended */
	size_t watch_count;
	int opened_count; /* descriptors that it has left open */
};

/* Does one thing, as its dice fall. */
void deeds_do(struct rogue *r);

/* Ends all of its monitors. */
void deeds_unwatch(struct rogue *r);

#endif
