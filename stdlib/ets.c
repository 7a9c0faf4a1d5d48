/* Shared tables. A table is a set of stripes, each a hash of its own under a lock of its own, so that
 * readers of different keys do not meet.
 *
 * Tables are never given back, only used again under a new serial, which is part of the handle: so a
 * handle may be used at any time, from any thread. */
#include <joist/table.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "stripe.h"

#define TABLES_MAX 4096
#define STRIPES 16

struct table {
	struct stripe stripes[STRIPES];
	uint64_t id; /* 0: free */
	joist_pid owner; /* nobody: kept */
	char name[256];
};

/* What an owner ties to its end. */
struct tie {
	joist_table table;
	joist_pid owner;
};

/* Under `registry`: which tables there are, their ids, owners and names. */
static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static struct table *_Atomic tables[TABLES_MAX];
static uint64_t serial;

static struct table *table_at(joist_table table)
{
	/* acquire: pairs with the release in table_free_slot */
	return atomic_load_explicit(&tables[table.id % TABLES_MAX], memory_order_acquire);
}

/* A table that nobody uses, or NULL. Under `registry`. */
static struct table *table_free_slot(size_t *ret_slot)
{
	for (size_t i = 0; i < TABLES_MAX; i++) {
		/* relaxed: only written under `registry` */
		struct table *table = atomic_load_explicit(&tables[i], memory_order_relaxed);

		if (table && table->id)
			continue;
		*ret_slot = i;
		if (table)
			return table;
		table = calloc(1, sizeof(*table));
		for (size_t s = 0; table && s < STRIPES; s++)
			pthread_rwlock_init(&table->stripes[s].lock, NULL);
		/* release: pairs with the acquire in table_at */
		atomic_store_explicit(&tables[i], table, memory_order_release);
		return table;
	}
	return NULL;
}

/* Under `registry`. */
static joist_table table_named(const char *name)
{
	for (size_t i = 0; i < TABLES_MAX; i++) {
		struct table *table = table_at((joist_table){ i });

		if (!table)
			break;
		if (table->id && table->name[0] && !strcmp(table->name, name))
			return (joist_table){ table->id };
	}
	return (joist_table){ 0 };
}

joist_table joist_table_find(const char *name)
{
	joist_table found;

	pthread_mutex_lock(&registry);
	found = table_named(name);
	pthread_mutex_unlock(&registry);
	return found;
}

/* Under `registry`. False when memory is short or there are too many tables. */
static bool table_make(const char *name, joist_pid owner, joist_table *ret_table)
{
	struct table *table;
	size_t slot;

	*ret_table = (joist_table){ 0 };
	if (name[0] && table_named(name).id)
		return true;
	table = table_free_slot(&slot);
	if (!table)
		return false;
	table->id = ++serial * TABLES_MAX + slot;
	table->owner = owner;
	strcpy(table->name, name);
	for (size_t i = 0; i < STRIPES; i++)
		stripe_open(&table->stripes[i], table->id);
	ret_table->id = table->id;
	return true;
}

/* Ends a table; if `owner` is somebody, only if that is its owner. */
static bool table_drop(joist_table handle, joist_pid owner)
{
	struct table *table = table_at(handle);
	bool found;

	pthread_mutex_lock(&registry);
	found = handle.id && table && table->id == handle.id &&
		(joist_pid_is_none(owner) || joist_pid_equal(table->owner, owner));
	for (size_t i = 0; found && i < STRIPES; i++)
		stripe_close(&table->stripes[i]);
	if (found)
		table->id = 0;
	pthread_mutex_unlock(&registry);
	return found;
}

bool joist_table_drop(joist_table table)
{
	return table_drop(table, (joist_pid){ 0 });
}

static void table_owner_ended(void *argument)
{
	const struct tie *tie = argument;

	table_drop(tie->table, tie->owner);
}

static void table_tie(struct joist_actor *self, joist_table table)
{
	struct tie *tie = joist_alloc(self, sizeof(*tie));

	*tie = (struct tie){ table, joist_self(self) };
	joist_defer(self, table_owner_ended, tie);
}

joist_table joist_table_new(struct joist_actor *self, const struct joist_table_options *options)
{
	const char *name = options && options->name ? options->name : "";
	bool kept = options && options->kept;
	joist_pid owner = kept ? (joist_pid){ 0 } : joist_self(self);
	joist_table table;
	bool made;

	if (strlen(name) > 255)
		joist_exit(self, joist_make(self, "{badarg, <<\"joist_table_new\">>}"));
	pthread_mutex_lock(&registry);
	made = table_make(name, owner, &table);
	pthread_mutex_unlock(&registry);
	if (!made)
		joist_exit(self, joist_make(self, "system_limit"));
	if (!kept && table.id)
		table_tie(self, table);
	return table;
}

bool joist_table_own(struct joist_actor *self, joist_table handle)
{
	struct table *table = table_at(handle);
	joist_pid owner = joist_self(self);
	bool found;

	pthread_mutex_lock(&registry);
	found = handle.id && table && table->id == handle.id;
	if (found)
		table->owner = owner;
	pthread_mutex_unlock(&registry);
	if (found)
		table_tie(self, handle);
	return found;
}

/* ---- keys and values ---- */

/* The stripe of a key; NULL if there never was such a table. */
static struct stripe *table_stripe(joist_table handle, joist_term key, struct stripe_key *ret_key)
{
	struct table *table = table_at(handle);

	if (!handle.id || !table)
		return NULL;
	*ret_key = (struct stripe_key){ handle.id, joist_hash(key), key };
	return &table->stripes[ret_key->hash % STRIPES];
}

/* The value at `key`, held, or NULL. */
static struct joist_box *table_get(joist_table table, joist_term key)
{
	struct stripe_key where;
	struct stripe *stripe = table_stripe(table, key, &where);

	return stripe ? stripe_get(stripe, &where) : NULL;
}

joist_term joist_table_get(struct joist_actor *self, joist_table table, joist_term key)
{
	struct joist_box *box = table_get(table, key);

	return box ? joist_unbox(self, box) : (joist_term){ 0 };
}

bool joist_table_has(joist_table table, joist_term key)
{
	struct joist_box *box = table_get(table, key);

	joist_box_free(box);
	return box != NULL;
}

static enum stripe_put table_put(struct joist_actor *self, joist_table table, joist_term key,
				 joist_term value, bool replace)
{
	struct stripe_key where;
	struct stripe *stripe = table_stripe(table, key, &where);
	enum stripe_put result = STRIPE_SHORT;
	struct entry *entry;

	if (!stripe)
		return STRIPE_GONE;
	entry = entry_create(where.hash, key, value);
	if (entry)
		result = stripe_put(stripe, table.id, &entry, replace);
	entry_destroy(entry);
	if (result == STRIPE_SHORT)
		joist_exit(self, joist_make(self, "system_limit"));
	return result;
}

bool joist_table_put(struct joist_actor *self, joist_table table, joist_term key, joist_term value)
{
	return table_put(self, table, key, value, true) == STRIPE_PUT;
}

bool joist_table_put_new(struct joist_actor *self, joist_table table, joist_term key,
			 joist_term value)
{
	return table_put(self, table, key, value, false) == STRIPE_PUT;
}

/* One try to add to what is there: STRIPE_OTHER if somebody else was faster. */
static enum stripe_put table_add(struct joist_actor *self, joist_table table, joist_term key,
				 int64_t by, int64_t *ret_sum)
{
	struct stripe_key where;
	struct stripe *stripe = table_stripe(table, key, &where);
	struct joist_box *seen = stripe ? stripe_get(stripe, &where) : NULL, *value;
	enum stripe_put result = STRIPE_SHORT;
	int64_t old;
	bool fits;

	*ret_sum = by;
	if (!seen)
		return table_put(self, table, key, joist_int(self, by), false);
	fits = joist_get_int(joist_box_look(seen), &old) &&
	       !__builtin_add_overflow(old, by, ret_sum);
	value = fits ? joist_box(joist_int(self, *ret_sum)) : NULL;
	if (value)
		result = stripe_swap(stripe, &where, seen, value);
	if (result != STRIPE_PUT)
		joist_box_free(value);
	joist_box_free(seen);
	if (!fits)
		return STRIPE_GONE;
	if (result == STRIPE_SHORT)
		joist_exit(self, joist_make(self, "system_limit"));
	return result;
}

bool joist_table_add(struct joist_actor *self, joist_table table, joist_term key, int64_t by,
		     int64_t *ret_sum)
{
	enum stripe_put result;
	int64_t sum;

	do
		result = table_add(self, table, key, by, &sum);
	while (result == STRIPE_OTHER);
	if (result != STRIPE_PUT)
		return false;
	if (ret_sum)
		*ret_sum = sum;
	return true;
}

bool joist_table_remove(joist_table table, joist_term key)
{
	struct stripe_key where;
	struct stripe *stripe = table_stripe(table, key, &where);
	struct entry *entry = stripe ? stripe_remove(stripe, &where) : NULL;

	entry_destroy(entry);
	return entry != NULL;
}

size_t joist_table_size(joist_table handle)
{
	struct table *table = table_at(handle);
	size_t size = 0;

	for (size_t i = 0; handle.id && table && i < STRIPES; i++)
		size += stripe_count(&table->stripes[i], handle.id);
	return size;
}

/* Boxes that are held while they are copied; given back however the copying ends. */
struct holding {
	struct joist_box **boxes;
	size_t count;
};

static void holding_finish(void *argument)
{
	struct holding *holding = argument;

	while (holding->count)
		joist_box_free(holding->boxes[--holding->count]);
	free(holding->boxes);
}

static joist_term table_list_stripe(struct joist_actor *self, struct stripe *stripe, uint64_t id,
				    joist_term list)
{
	struct holding *holding = joist_alloc(self, sizeof(*holding));
	size_t room = 2 * stripe_count(stripe, id);

	joist_defer(self, holding_finish, holding);
	holding->boxes = calloc(room + 1, sizeof(*holding->boxes));
	if (!holding->boxes)
		joist_exit(self, joist_make(self, "system_limit"));
	holding->count = stripe_list(stripe, id, holding->boxes, room);
	while (holding->count) {
		joist_term value = joist_unbox(self, holding->boxes[--holding->count]);
		joist_term key = joist_unbox(self, holding->boxes[--holding->count]);

		list = joist_cons(self, joist_make(self, "{Key, Value}", key, value), list);
	}
	joist_undefer(self, holding_finish, holding);
	holding_finish(holding);
	joist_free(self, holding);
	return list;
}

joist_term joist_table_list(struct joist_actor *self, joist_table handle)
{
	struct table *table = table_at(handle);
	joist_term list = joist_nil();

	for (size_t i = 0; handle.id && table && i < STRIPES; i++)
		list = table_list_stripe(self, &table->stripes[i], handle.id, list);
	return list;
}
