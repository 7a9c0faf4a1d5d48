/* A table of names, which is replaced when it is full; the old ones, half as large each, wait for
 * the end, since a finder may be in one. All memory is of the runtime's heap, so that a plugin that
 * breaks libc's does not break this. Any thread finds. */
#include "loader/slots.h"

#include <string.h>

#include "vm/base/heap.h"
#include "vm/term/atom.h"

struct slot_table {
	struct slot_table *older;
	size_t room; /* a power of two */
	_Atomic(struct slot *) slots[];
};

static size_t table_bytes(size_t room)
{
	return sizeof(struct slot_table) + room * sizeof(struct slot *);
}

static struct slot_table *table_make(size_t room, struct slot_table *older)
{
	struct slot_table *table = heap_take_zero(table_bytes(room));

	if (table) {
		table->room = room;
		table->older = older;
	}
	return table;
}

bool slots_open(struct slots *slots)
{
	struct slot_table *table = table_make(64, NULL);

	*slots = (struct slots){ .count = 0 };
	/* relaxed: nobody else has it yet */
	atomic_init(&slots->table, table);
	return table;
}

/* FNV-1a: names are short. */
static size_t hash_name(struct joist_bytes name)
{
	const unsigned char *byte = name.data;
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < name.size; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3u;
	return (size_t)(hash ^ hash >> 32);
}

static bool is_named(const struct slot *slot, struct joist_bytes name)
{
	struct joist_bytes own = atom_name(slot->name);

	return own.size == name.size && !memcmp(own.data, name.data, name.size);
}

/* Where the name's slot is, or would be. */
static _Atomic(struct slot *) *table_find(struct slot_table *table, struct joist_bytes name)
{
	for (size_t i = hash_name(name);; i++) {
		_Atomic(struct slot *) *at = &table->slots[i & (table->room - 1)];
		/* acquire: pairs with the release in slot_publish */
		struct slot *slot = atomic_load_explicit(at, memory_order_acquire);

		if (!slot || is_named(slot, name))
			return at;
	}
}

/* Makes the slot visible, complete as it is. */
static void slot_publish(struct slot_table *table, struct slot *slot)
{
	/* release: pairs with the acquire in table_find */
	atomic_store_explicit(table_find(table, atom_name(slot->name)), slot, memory_order_release);
}

struct slot *slots_find(struct slots *slots, struct joist_bytes name)
{
	/* acquire: pairs with the release in make_room */
	struct slot_table *table = atomic_load_explicit(&slots->table, memory_order_acquire);

	/* acquire: pairs with the release in slot_publish */
	return atomic_load_explicit(table_find(table, name), memory_order_acquire);
}

/* Keeps a quarter of the table free, so that every search ends soon. */
static bool make_room(struct slots *slots)
{
	/* relaxed: only who adds changes it, and the caller is the only one */
	struct slot_table *old = atomic_load_explicit(&slots->table, memory_order_relaxed), *table;

	if (slots->count < old->room / 4 * 3)
		return true;
	table = table_make(old->room * 2, old);
	if (!table)
		return false;
	for (struct slot *slot = slots->last; slot; slot = slot->earlier)
		slot_publish(table, slot);
	/* release: pairs with the acquire in slots_find */
	atomic_store_explicit(&slots->table, table, memory_order_release);
	return true;
}

struct slot *slots_get(struct slots *slots, joist_atom name)
{
	struct slot *slot = slots_find(slots, atom_name(name));

	if (slot)
		return slot;
	slot = make_room(slots) ? heap_take_zero(sizeof(*slot)) : NULL;
	if (!slot)
		return NULL;
	slot->name = name;
	slot->earlier = slots->last;
	slots->last = slot;
	slots->count++;
	/* relaxed: as in make_room */
	slot_publish(atomic_load_explicit(&slots->table, memory_order_relaxed), slot);
	return slot;
}

void slots_close(struct slots *slots)
{
	/* relaxed: no other thread has it any more */
	struct slot_table *table = atomic_load_explicit(&slots->table, memory_order_relaxed);

	for (struct slot *slot = slots->last, *earlier; slot; slot = earlier) {
		earlier = slot->earlier;
		heap_give(slot, sizeof(*slot));
	}
	for (struct slot_table *older; table; table = older) {
		older = table->older;
		heap_give(table, table_bytes(table->room));
	}
}
