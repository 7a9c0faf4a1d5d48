/* Stripes of shared tables: chained hashes that double when full. Any thread. The memory is libc's, as it
 * belongs to no actor. */
#include "stripe.h"

#include <stdlib.h>

/* False, and not locked, if the stripe is not a part of that table any more. */
static bool stripe_lock(struct stripe *stripe, uint64_t id, bool write)
{
	if (write)
		pthread_rwlock_wrlock(&stripe->lock);
	else
		pthread_rwlock_rdlock(&stripe->lock);
	if (stripe->id == id)
		return true;
	pthread_rwlock_unlock(&stripe->lock);
	return false;
}

static void stripe_unlock(struct stripe *stripe)
{
	pthread_rwlock_unlock(&stripe->lock);
}

/* The low bits of the hash have chosen the stripe. */
static struct entry **stripe_bucket(struct entry **buckets, size_t count, uint64_t hash)
{
	return &buckets[hash >> 8 & (count - 1)];
}

/* Where the entry of that key is linked, or would be; NULL while there are no buckets. */
static struct entry **stripe_find(const struct stripe *stripe, uint64_t hash, joist_term key)
{
	struct entry **at;

	if (!stripe->bucket_count)
		return NULL;
	at = stripe_bucket(stripe->buckets, stripe->bucket_count, hash);
	while (*at && !((*at)->hash == hash && joist_equal(joist_box_look((*at)->key), key)))
		at = &(*at)->next;
	return at;
}

/* Makes room for one more. False when memory is short and there are no buckets at all. */
static bool stripe_reserve(struct stripe *stripe)
{
	size_t count = stripe->bucket_count ? 2 * stripe->bucket_count : 4;
	struct entry **buckets;

	if (stripe->count < stripe->bucket_count)
		return true;
	buckets = calloc(count, sizeof(*buckets));
	if (!buckets)
		return stripe->bucket_count > 0;
	for (size_t i = 0; i < stripe->bucket_count; i++) {
		struct entry *entry = stripe->buckets[i], *next;

		for (; entry; entry = next) {
			struct entry **to = stripe_bucket(buckets, count, entry->hash);

			next = entry->next;
			entry->next = *to;
			*to = entry;
		}
	}
	free(stripe->buckets);
	stripe->buckets = buckets;
	stripe->bucket_count = count;
	return true;
}

void entry_destroy(struct entry *entry)
{
	if (!entry)
		return;
	joist_box_free(entry->key);
	joist_box_free(entry->value);
	free(entry);
}

struct entry *entry_create(uint64_t hash, joist_term key, joist_term value)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->hash = hash;
	entry->key = joist_box(key);
	entry->value = joist_box(value);
	if (entry->key && entry->value)
		return entry;
	entry_destroy(entry);
	return NULL;
}

void stripe_open(struct stripe *stripe, uint64_t id)
{
	pthread_rwlock_wrlock(&stripe->lock);
	stripe->id = id;
	stripe_unlock(stripe);
}

void stripe_close(struct stripe *stripe)
{
	struct entry **buckets;
	size_t count;

	pthread_rwlock_wrlock(&stripe->lock);
	buckets = stripe->buckets;
	count = stripe->bucket_count;
	stripe->id = 0;
	stripe->buckets = NULL;
	stripe->bucket_count = stripe->count = 0;
	stripe_unlock(stripe);
	for (size_t i = 0; i < count; i++) {
		struct entry *entry = buckets[i], *next;

		for (; entry; entry = next) {
			next = entry->next;
			entry_destroy(entry);
		}
	}
	free(buckets);
}

struct joist_box *stripe_get(struct stripe *stripe, const struct stripe_key *key)
{
	struct joist_box *box = NULL;
	struct entry **at;

	if (!stripe_lock(stripe, key->id, false))
		return NULL;
	at = stripe_find(stripe, key->hash, key->key);
	if (at && *at)
		box = joist_box_hold((*at)->value);
	stripe_unlock(stripe);
	return box;
}

enum stripe_put stripe_put(struct stripe *stripe, uint64_t id, struct entry **entry, bool replace)
{
	enum stripe_put result = STRIPE_SHORT;
	struct entry **at, *old;

	if (!stripe_lock(stripe, id, true))
		return STRIPE_GONE;
	if (stripe_reserve(stripe)) {
		at = stripe_find(stripe, (*entry)->hash, joist_box_look((*entry)->key));
		old = *at;
		result = old && !replace ? STRIPE_OTHER : STRIPE_PUT;
		if (result == STRIPE_PUT) {
			(*entry)->next = old ? old->next : NULL;
			*at = *entry;
			*entry = old;
			stripe->count += !old;
		}
	}
	stripe_unlock(stripe);
	return result;
}

enum stripe_put stripe_swap(struct stripe *stripe, const struct stripe_key *key,
			    struct joist_box *seen, struct joist_box *value)
{
	enum stripe_put result = STRIPE_OTHER;
	struct entry **at;

	if (!stripe_lock(stripe, key->id, true))
		return STRIPE_GONE;
	at = stripe_find(stripe, key->hash, key->key);
	if (at && *at && (*at)->value == seen) {
		joist_box_free(seen); /* the entry's reference; the caller has another */
		(*at)->value = value;
		result = STRIPE_PUT;
	}
	stripe_unlock(stripe);
	return result;
}

struct entry *stripe_remove(struct stripe *stripe, const struct stripe_key *key)
{
	struct entry **at, *entry = NULL;

	if (!stripe_lock(stripe, key->id, true))
		return NULL;
	at = stripe_find(stripe, key->hash, key->key);
	if (at && *at) {
		entry = *at;
		*at = entry->next;
		stripe->count--;
	}
	stripe_unlock(stripe);
	return entry;
}

size_t stripe_count(struct stripe *stripe, uint64_t id)
{
	size_t count;

	if (!stripe_lock(stripe, id, false))
		return 0;
	count = stripe->count;
	stripe_unlock(stripe);
	return count;
}

size_t stripe_list(struct stripe *stripe, uint64_t id, struct joist_box **boxes, size_t room)
{
	size_t count = 0;

	if (!stripe_lock(stripe, id, false))
		return 0;
	for (size_t i = 0; i < stripe->bucket_count; i++) {
		const struct entry *entry = stripe->buckets[i];

		for (; entry && count + 2 <= room; entry = entry->next) {
			boxes[count++] = joist_box_hold(entry->key);
			boxes[count++] = joist_box_hold(entry->value);
		}
	}
	stripe_unlock(stripe);
	return count;
}
