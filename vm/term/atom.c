/* The table of atoms. It owns their names, for the life of the process. Any thread enters: finding a
 * name or an index reads without a lock, making one takes a lock.
 *
 * An entry is written, then published by the slot of the hash table that holds its index. Entries are
 * in segments that double, and never move; a hash table that grows leaves the old one in place, as
 * somebody may be reading it (all old ones together are smaller than the one in use). */
#include "vm/term/atom.h"

#include <stdatomic.h>
#include <string.h>

#include "vm/base/heap.h"
#include "vm/base/spin.h"
#include "vm/base/utf8.h"

struct entry {
	const char *text;
	uint32_t size, hash;
};

struct table {
	uint32_t mask;
	atomic_uint *slots; /* an index plus one; 0: free */
	struct table *older; /* what this one replaced: so that leak checkers find it */
};

#define FIRST_BITS 8
#define FIRST (1u << FIRST_BITS)
#define SEGMENTS (32 - FIRST_BITS)

_Static_assert(ATOM_INDEX_FREE <= FIRST, "the fixed atoms are in the first segment");

static struct entry first_segment[FIRST];
static atomic_uint first_slots[4 * FIRST];
static struct table first_table = { 4 * FIRST - 1, first_slots, NULL };

static struct {
	_Atomic(struct table *) table; /* none before the first use */
	_Atomic(struct entry *) segments[SEGMENTS];
	atomic_uint count; /* written under the lock */
	struct spin lock;
	int64_t bytes; /* under the lock, as the rest */
	size_t limit;
	void (*alarm)(size_t count, size_t limit);
} atoms = { .limit = ATOM_LIMIT_DEFAULT };

static uint32_t name_hash(const char *text, size_t bytes)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash ^ hash >> 15;
}

/* Segment 0 has the first FIRST entries, segment n the next FIRST << (n - 1). */
static unsigned segment_of(uint32_t index, uint32_t *ret_offset)
{
	if (index < FIRST) {
		*ret_offset = index;
		return 0;
	}
	unsigned n = 32u - (unsigned)__builtin_clz(index >> FIRST_BITS);
	*ret_offset = index - (FIRST << (n - 1));
	return n;
}

static struct entry *entry_at(uint32_t index)
{
	uint32_t offset;
	unsigned n = segment_of(index, &offset);

	/* acquire: pairs with the release in segment_make */
	return atomic_load_explicit(&atoms.segments[n], memory_order_acquire) + offset;
}

/* Its index, or -1 with the free slot where it belongs. */
static int64_t table_find(struct table *table, const char *text, size_t bytes, uint32_t hash,
			  uint32_t *ret_slot)
{
	for (uint32_t slot = hash & table->mask;; slot = (slot + 1) & table->mask) {
		/* acquire: pairs with the release in atom_add */
		uint32_t found = atomic_load_explicit(&table->slots[slot], memory_order_acquire);
		if (!found) {
			*ret_slot = slot;
			return -1;
		}
		struct entry *e = entry_at(found - 1);
		if (e->hash == hash && e->size == bytes && !memcmp(e->text, text, bytes))
			return found - 1;
	}
}

static void table_fill(struct table *table, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t slot = entry_at(i)->hash & table->mask;

		/* relaxed, both: nobody else sees this table before it is published */
		while (atomic_load_explicit(&table->slots[slot], memory_order_relaxed))
			slot = (slot + 1) & table->mask;
		atomic_store_explicit(&table->slots[slot], i + 1, memory_order_relaxed);
	}
}

/* The first table: the fixed atoms. Under the lock. */
static struct table *table_first(void)
{
	static const char *const names[] = {
#define X(identifier, name) name,
		ATOM_LIST(X)
#undef X
	};

	for (uint32_t i = 0; i < ATOM_INDEX_FREE; i++) {
		uint32_t size = (uint32_t)strlen(names[i]);
		first_segment[i] = (struct entry){ names[i], size, name_hash(names[i], size) };
	}
	/* release: pairs with the acquire in entry_at */
	atomic_store_explicit(&atoms.segments[0], first_segment, memory_order_release);
	table_fill(&first_table, ATOM_INDEX_FREE);
	/* relaxed: the count alone says nothing of the entries */
	atomic_store_explicit(&atoms.count, ATOM_INDEX_FREE, memory_order_relaxed);
	return &first_table;
}

static struct table *table_now(void)
{
	/* acquire: pairs with the releases here and in table_grow */
	struct table *table = atomic_load_explicit(&atoms.table, memory_order_acquire);

	if (table)
		return table;
	spin_take(&atoms.lock);
	/* relaxed: stored under the lock only */
	table = atomic_load_explicit(&atoms.table, memory_order_relaxed);
	if (!table) {
		table = table_first();
		/* release: pairs with the acquire above */
		atomic_store_explicit(&atoms.table, table, memory_order_release);
	}
	spin_give(&atoms.lock);
	return table;
}

/* A table of twice the size when this one is half full; NULL when memory is short. Under the lock. */
static struct table *table_grow(struct table *old, uint32_t count)
{
	if (count < (old->mask + 1) / 2)
		return old;
	size_t slots = 2 * ((size_t)old->mask + 1);
	struct table *table = heap_take(sizeof(*table));
	atomic_uint *memory = heap_take_zero(slots * sizeof(*memory));

	if (!table || !memory) {
		heap_give(table, sizeof(*table));
		heap_give(memory, slots * sizeof(*memory));
		return NULL;
	}
	atoms.bytes += (int64_t)(sizeof(*table) + slots * sizeof(*memory));
	*table = (struct table){ (uint32_t)(slots - 1), memory, old };
	table_fill(table, count);
	/* release: pairs with the acquire in table_now */
	atomic_store_explicit(&atoms.table, table, memory_order_release);
	return table;
}

/* Makes the segment that `index` is in, if it is not there. Under the lock. */
static bool segment_make(uint32_t index)
{
	uint32_t offset;
	unsigned n = segment_of(index, &offset);

	/* relaxed: stored under the lock only */
	if (!n || atomic_load_explicit(&atoms.segments[n], memory_order_relaxed))
		return true;
	size_t bytes = ((size_t)FIRST << (n - 1)) * sizeof(struct entry);
	struct entry *segment = heap_take(bytes);
	if (!segment)
		return false;
	atoms.bytes += (int64_t)bytes;
	/* release: pairs with the acquire in entry_at */
	atomic_store_explicit(&atoms.segments[n], segment, memory_order_release);
	return true;
}

/* The index of a new entry, or -1. Under the lock. */
static int64_t atom_add(struct table *table, const char *text, size_t bytes, uint32_t hash)
{
	/* relaxed: written under the lock only */
	uint32_t index = atomic_load_explicit(&atoms.count, memory_order_relaxed);
	uint32_t slot = 0;

	if (index >= atoms.limit || !segment_make(index))
		return -1;
	table = table_grow(table, index);
	char *copy = table ? heap_take(bytes + 1) : NULL;
	if (!copy)
		return -1;
	atoms.bytes += (int64_t)bytes + 1;
	memcpy(copy, text, bytes);
	copy[bytes] = 0;
	table_find(table, text, bytes, hash, &slot);
	*entry_at(index) = (struct entry){ copy, (uint32_t)bytes, hash };
	/* release: pairs with the acquire in table_find */
	atomic_store_explicit(&table->slots[slot], index + 1, memory_order_release);
	/* relaxed: the count alone says nothing of the entries */
	atomic_store_explicit(&atoms.count, index + 1, memory_order_relaxed);
	return index;
}

static joist_atom atom_at(int64_t index)
{
	return (joist_atom){ index < 0 ? 0 : (uint64_t)index << 3 | TAG_ATOM };
}

joist_atom atom_find(const char *utf8, size_t bytes)
{
	uint32_t slot;

	return atom_at(table_find(table_now(), utf8, bytes, name_hash(utf8, bytes), &slot));
}

bool atom_is_valid(const char *utf8, size_t bytes)
{
	size_t chars;

	return bytes <= ATOM_CHARS_MAX * UTF8_BYTES_MAX && utf8_count(utf8, bytes, &chars) &&
	       chars <= ATOM_CHARS_MAX;
}

joist_atom atom_make(const char *utf8, size_t bytes)
{
	uint32_t hash = name_hash(utf8, bytes), slot;
	int64_t index = table_find(table_now(), utf8, bytes, hash, &slot);

	if (index >= 0)
		return atom_at(index);
	if (!atom_is_valid(utf8, bytes))
		return (joist_atom){ 0 };
	spin_take(&atoms.lock);
	/* Another thread may have been first. */
	struct table *table = table_now();
	index = table_find(table, utf8, bytes, hash, &slot);
	bool added = index < 0;
	if (added)
		index = atom_add(table, utf8, bytes, hash);
	size_t limit = atoms.limit;
	void (*alarm)(size_t, size_t) = atoms.alarm;
	spin_give(&atoms.lock);
	if (added && alarm && index >= 0 && (size_t)index + 1 == limit - limit / 10)
		alarm((size_t)index + 1, limit);
	return atom_at(index);
}

struct joist_bytes atom_name(joist_atom atom)
{
	if (!atom.word)
		return (struct joist_bytes){ "", 0 };
	table_now();
	const struct entry *e = entry_at((uint32_t)(atom.word >> 3));
	return (struct joist_bytes){ e->text, e->size };
}

size_t atom_count(void)
{
	table_now();
	/* relaxed: a number to look at */
	return atomic_load_explicit(&atoms.count, memory_order_relaxed);
}

bool atom_is_full(void)
{
	spin_take(&atoms.lock);
	size_t limit = atoms.limit;
	spin_give(&atoms.lock);
	return atom_count() >= limit;
}

int64_t atom_bytes(void)
{
	spin_take(&atoms.lock);
	int64_t bytes = atoms.bytes;
	spin_give(&atoms.lock);
	return bytes;
}

void atom_limit(size_t limit, void (*alarm)(size_t count, size_t limit))
{
	spin_take(&atoms.lock);
	atoms.limit = limit < UINT32_MAX / 2 ? limit : UINT32_MAX / 2;
	atoms.alarm = alarm;
	spin_give(&atoms.lock);
}
