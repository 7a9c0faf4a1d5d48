/* A part of a shared table: a hash of keys and values under a lock of its own. The lock is held for a
 * look-up, never for a copy: what is found is held as a box and copied when the lock is free again.
 * Nothing under a lock can end the actor or switch to another. */
#ifndef JOIST_STDLIB_STRIPE_H
#define JOIST_STDLIB_STRIPE_H

#include <pthread.h>

#include <joist/joist.h>

struct entry {
	struct entry *next;
	uint64_t hash;
	struct joist_box *key, *value;
};

struct stripe {
	pthread_rwlock_t lock;
	uint64_t id; /* of the table that it is a part of now, or 0 */
	struct entry **buckets;
	size_t bucket_count; /* 0 or a power of two */
	size_t count;
};

/* What is asked for: a key in the stripe of a table. */
struct stripe_key {
	uint64_t id; /* of the table: the stripe may be another's by now */
	uint64_t hash;
	joist_term key;
};

enum stripe_put {
	STRIPE_PUT,
	STRIPE_OTHER, /* there was one, or not the one that was seen */
	STRIPE_GONE, /* the table has ended */
	STRIPE_SHORT, /* of memory */
};

/* Copies; NULL when memory is short. */
struct entry *entry_create(uint64_t hash, joist_term key, joist_term value);

/* NULL is fine. */
void entry_destroy(struct entry *entry);

/* Makes an empty stripe a part of a table; takes it back, with all that is in it. */
void stripe_open(struct stripe *stripe, uint64_t id);
void stripe_close(struct stripe *stripe);

/* The value, held; NULL if there is none. */
struct joist_box *stripe_get(struct stripe *stripe, const struct stripe_key *key);

/* Puts `*entry` in, in place of one that is there if `replace`. What must be destroyed then comes back
 * in `*entry`. */
enum stripe_put stripe_put(struct stripe *stripe, uint64_t id, struct entry **entry, bool replace);

/* Replaces the value if it still is `seen`, which the caller holds. Takes `value` only then. */
enum stripe_put stripe_swap(struct stripe *stripe, const struct stripe_key *key,
			    struct joist_box *seen, struct joist_box *value);

/* Takes an entry out; NULL if there is none. */
struct entry *stripe_remove(struct stripe *stripe, const struct stripe_key *key);

/* How many entries there are. */
size_t stripe_count(struct stripe *stripe, uint64_t id);

/* Writes the keys and values, held, in turn to `boxes`, at most `room` of them; how many. */
size_t stripe_list(struct stripe *stripe, uint64_t id, struct joist_box **boxes, size_t room);

#endif
