/* Generations of plugins, and how the VM finds what they export.
 *
 * Finders, on any thread, go through three things that never change once they are seen: the table of
 * names, which is replaced when it is full (the old ones, half as large each, wait for the end); a
 * name's slot, of which only the pointer to the newest generation changes; the exports of a generation.
 * Adders take a lock. All memory is of the runtime's heap, so that a plugin that breaks libc's does not
 * break this. */
#include "loader/registry.h"

#include <pthread.h>
#include <string.h>

#include "vm/base/heap.h"
#include "vm/term/atom.h"

struct slot {
	joist_atom name;
	_Atomic(struct generation *) newest;
	struct slot *earlier; /* the name that came before */
};

struct table {
	struct table *older;
	size_t room; /* a power of two */
	_Atomic(struct slot *) slots[];
};

struct registry {
	pthread_mutex_t adding;
	_Atomic(struct table *) table;
	struct slot *last;
	size_t count;
	atomic_uint_least64_t version; /* counts commits */
};

static size_t table_bytes(size_t room)
{
	return sizeof(struct table) + room * sizeof(struct slot *);
}

static struct table *table_make(size_t room, struct table *older)
{
	struct table *table = heap_take_zero(table_bytes(room));

	if (table) {
		table->room = room;
		table->older = older;
	}
	return table;
}

struct registry *registry_create(void)
{
	struct registry *registry = heap_take_zero(sizeof(*registry));
	struct table *table;

	if (!registry)
		return NULL;
	table = table_make(64, NULL);
	if (!table) {
		heap_give(registry, sizeof(*registry));
		return NULL;
	}
	/* relaxed: nobody else has the registry yet */
	atomic_init(&registry->table, table);
	pthread_mutex_init(&registry->adding, NULL);
	return registry;
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
static _Atomic(struct slot *) *table_find(struct table *table, struct joist_bytes name)
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
static void slot_publish(struct table *table, struct slot *slot)
{
	/* release: pairs with the acquire in table_find */
	atomic_store_explicit(table_find(table, atom_name(slot->name)), slot, memory_order_release);
}

static struct slot *find_slot(struct registry *registry, struct joist_bytes name)
{
	/* acquire: pairs with the release in make_room */
	struct table *table = atomic_load_explicit(&registry->table, memory_order_acquire);

	/* acquire: pairs with the release in slot_publish */
	return atomic_load_explicit(table_find(table, name), memory_order_acquire);
}

/* Keeps a quarter of the table free, so that every search ends soon. */
static bool make_room(struct registry *registry)
{
	/* relaxed: only adders change it, and the caller is the only one */
	struct table *old = atomic_load_explicit(&registry->table, memory_order_relaxed), *table;

	if (registry->count < old->room / 4 * 3)
		return true;
	table = table_make(old->room * 2, old);
	if (!table)
		return false;
	for (struct slot *slot = registry->last; slot; slot = slot->earlier)
		slot_publish(table, slot);
	/* release: pairs with the acquire in find_slot */
	atomic_store_explicit(&registry->table, table, memory_order_release);
	return true;
}

struct code *registry_plugin(struct registry *registry, struct joist_bytes name)
{
	struct slot *slot = find_slot(registry, name);

	if (!slot)
		return NULL;
	/* acquire: pairs with the release in commit */
	return &atomic_load_explicit(&slot->newest, memory_order_acquire)->code;
}

struct export *registry_find(void *registry, struct joist_bytes plugin, struct joist_bytes name,
			     int arity)
{
	struct code *code = registry_plugin(registry, plugin);

	return code ? generation_find(code, name, arity) : NULL;
}

/* The slot of a new name, not seen by anybody yet. */
static struct slot *add_slot(struct registry *registry, joist_atom name)
{
	struct slot *slot = make_room(registry) ? heap_take_zero(sizeof(*slot)) : NULL;

	if (!slot)
		return NULL;
	slot->name = name;
	slot->earlier = registry->last;
	registry->last = slot;
	registry->count++;
	return slot;
}

static bool commit(struct registry *registry, struct generation *generation)
{
	struct slot *slot = find_slot(registry, atom_name(generation->code.plugin));
	bool is_new = !slot;

	if (is_new)
		slot = add_slot(registry, generation->code.plugin);
	if (!slot)
		return false;
	/* relaxed: only adders change it, and the caller is the only one */
	generation->older = atomic_load_explicit(&slot->newest, memory_order_relaxed);
	generation->code.generation =
		generation->older ? generation->older->code.generation + 1 : 1;
	/* release: pairs with the acquire in registry_plugin */
	atomic_store_explicit(&slot->newest, generation, memory_order_release);
	if (is_new) {
		/* relaxed: as above */
		slot_publish(atomic_load_explicit(&registry->table, memory_order_relaxed), slot);
	}
	/* release: pairs with the acquire in known_find */
	atomic_fetch_add_explicit(&registry->version, 1, memory_order_release);
	return true;
}

struct code *registry_add(struct registry *registry, const struct joist_plugin *plugin,
			  const struct generation_origin *origin, struct report *report)
{
	struct generation *generation = generation_make(plugin, origin, report);
	bool added;

	if (!generation)
		return NULL;
	pthread_mutex_lock(&registry->adding);
	added = commit(registry, generation);
	pthread_mutex_unlock(&registry->adding);
	if (!added) {
		report_short(report, origin->file);
		generation_free(generation);
		return NULL;
	}
	generation->library = origin->library;
	return &generation->code;
}

static void walk_from(struct slot *slot, void (*each)(void *with, const struct code *code),
		      void *with)
{
	if (!slot)
		return;
	walk_from(slot->earlier, each, with);
	/* acquire: pairs with the release in commit */
	each(with, &atomic_load_explicit(&slot->newest, memory_order_acquire)->code);
}

void registry_walk(struct registry *registry, void (*each)(void *with, const struct code *code),
		   void *with)
{
	pthread_mutex_lock(&registry->adding);
	walk_from(registry->last, each, with);
	pthread_mutex_unlock(&registry->adding);
}

/* The one of the generations under that name. */
static const struct generation *slot_at(const struct slot *slot, uintptr_t address)
{
	/* acquire: pairs with the release in commit */
	const struct generation *generation =
		atomic_load_explicit(&slot->newest, memory_order_acquire);

	while (generation && !code_holds(&generation->code, (const void *)address))
		generation = generation->older;
	return generation;
}

const struct generation *registry_at(struct registry *registry, uintptr_t address)
{
	const struct generation *found = NULL;

	pthread_mutex_lock(&registry->adding);
	for (struct slot *slot = registry->last; slot && !found; slot = slot->earlier)
		found = slot_at(slot, address);
	pthread_mutex_unlock(&registry->adding);
	return found;
}

struct code *registry_code_at(void *registry, const void *address)
{
	const struct generation *found = registry_at(registry, (uintptr_t)address);

	return found ? (struct code *)&found->code : NULL;
}

struct code_port registry_port(struct registry *registry)
{
	return (struct code_port){ registry_find, registry_code_at, registry, &registry->version };
}

static void slot_free(struct slot *slot)
{
	/* relaxed: no other thread has the registry any more */
	struct generation *generation = atomic_load_explicit(&slot->newest, memory_order_relaxed);

	while (generation) {
		struct generation *older = generation->older;

		generation_free(generation);
		generation = older;
	}
	heap_give(slot, sizeof(*slot));
}

void registry_destroy(struct registry *registry)
{
	struct table *table;

	if (!registry)
		return;
	while (registry->last) {
		struct slot *slot = registry->last;

		registry->last = slot->earlier;
		slot_free(slot);
	}
	/* relaxed: no other thread has the registry any more */
	table = atomic_load_explicit(&registry->table, memory_order_relaxed);
	while (table) {
		struct table *older = table->older;

		heap_give(table, table_bytes(table->room));
		table = older;
	}
	pthread_mutex_destroy(&registry->adding);
	heap_give(registry, sizeof(*registry));
}
