/* A random actor, and its steps. */
#ifndef JOIST_TEST_RANDOM_WANDERER_H
#define JOIST_TEST_RANDOM_WANDERER_H

#include "test/random/random.h"

/* Those that it knows well enough to approach. */
#define FRIENDS_MAX 16
#define WATCHES_MAX 32

struct friend
{
	joist_pid pid;
	int64_t sent; /* the number of the last message to it */
};

struct voice {
	joist_pid pid;
	int64_t heard; /* the number of the last message from it */
};

struct watch {
	joist_ref ref;
	joist_pid pid;
};

struct wanderer {
	struct joist_actor *self;
	bool resides; /* it is a handler, not a loop */
	joist_pid world;
	uint64_t dice;
	int64_t depth; /* how many generations it may found */
	struct friend friends[FRIENDS_MAX];
	size_t friend_count;
	struct voice *voices;
	size_t voice_count;
	struct watch watches[WATCHES_MAX]; /* monitors that have neither fired nor been ended */
	size_t watch_count;
	joist_ref timer;
};

/* Writes what it does to the trace. */
void wanderer_trace(struct wanderer *w, const char *step);

/* Tells the world of a rule that was broken. */
void wanderer_complain(struct wanderer *w, const char *what);

/* Gets to know `pid`. */
void wanderer_meet(struct wanderer *w, joist_pid pid);

/* Takes note of a message. */
void wanderer_hear(struct wanderer *w, joist_term message);

/* Does one thing, as its dice fall. */
void steps_take(struct wanderer *w);

#endif
