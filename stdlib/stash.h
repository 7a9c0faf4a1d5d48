/* A queue of messages that an actor put aside, each a kept term. */
#ifndef JOIST_STDLIB_STASH_H
#define JOIST_STDLIB_STASH_H

#include <joist/joist.h>

/* Zero-initialised: empty. */
struct stash {
	joist_term *items;
	size_t first, count, room;
};

/* Adds a copy of `message` at the end. */
void stash_add(struct joist_actor *self, struct stash *stash, joist_term message);

/* Takes the oldest; none if there is none. The caller drops it. */
joist_term stash_take(struct stash *stash);

/* Moves all of `from` to the front of `stash`. */
void stash_prepend(struct joist_actor *self, struct stash *stash, struct stash *from);

#endif
