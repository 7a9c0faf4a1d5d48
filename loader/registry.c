/* Generations of plugins, and how the VM finds what they export.
 *
 * Finders, on any thread, go through three things that never change once they are seen: the table of
 * names, which is replaced when it is full (the old ones, half as large each, wait for the end); a
 * name's slot, of which only the pointer to the found generation changes; the exports of a generation.
 * Who changes something takes a lock. All memory is of the runtime's heap, so that a plugin that breaks
 * libc's does not break this. */
#include "loader/registry.h"

#include <pthread.h>
#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"

struct slot {
	joist_atom name;
	_Atomic(struct generation *) found; /* the committed one; NULL: none */
	struct generation *newest; /* all of them, each with the one that came before */
	uint32_t numbered; /* generations so far */
	struct slot *earlier; /* the name that came before */
};

struct table {
	struct table *older;
	size_t room; /* a power of two */
	_Atomic(struct slot *) slots[];
};

struct registry {
	pthread_mutex_t changing;
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
	pthread_mutex_init(&registry->changing, NULL);
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
	/* relaxed: it changes under the lock, which the caller has */
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

static struct code *slot_code(const struct slot *slot)
{
	/* acquire: pairs with the release in show */
	struct generation *found =
		slot ? atomic_load_explicit(&slot->found, memory_order_acquire) : NULL;

	return found ? &found->code : NULL;
}

struct code *registry_plugin(struct registry *registry, struct joist_bytes name)
{
	return slot_code(find_slot(registry, name));
}

struct export *registry_find(void *registry, struct joist_bytes plugin, struct joist_bytes name,
			     int arity)
{
	struct code *code = registry_plugin(registry, plugin);

	return code ? generation_find(code, name, arity) : NULL;
}

/* The slot of the name, which is made if there is none. */
static struct slot *get_slot(struct registry *registry, joist_atom name)
{
	struct slot *slot = find_slot(registry, atom_name(name));

	if (slot)
		return slot;
	slot = make_room(registry) ? heap_take_zero(sizeof(*slot)) : NULL;
	if (!slot)
		return NULL;
	slot->name = name;
	slot->earlier = registry->last;
	registry->last = slot;
	registry->count++;
	/* relaxed: it changes under the lock, which the caller has */
	slot_publish(atomic_load_explicit(&registry->table, memory_order_relaxed), slot);
	return slot;
}

static bool add(struct registry *registry, struct generation *generation)
{
	struct slot *slot;

	pthread_mutex_lock(&registry->changing);
	slot = get_slot(registry, generation->code.plugin);
	if (slot) {
		generation->code.generation = ++slot->numbered;
		generation->older = slot->newest;
		slot->newest = generation;
	}
	pthread_mutex_unlock(&registry->changing);
	return slot;
}

struct code *registry_add_candidate(struct registry *registry, const struct joist_plugin *plugin,
				    const struct generation_origin *origin, struct report *report)
{
	struct generation *generation = generation_make(plugin, origin, report);

	if (!generation)
		return NULL;
	if (!add(registry, generation)) {
		report_short(report, origin->file);
		generation_free(generation);
		return NULL;
	}
	generation->library = origin->library;
	return &generation->code;
}

/* Has finders see that one. Under the lock. */
static void show(struct registry *registry, struct slot *slot, struct generation *generation)
{
	/* release: pairs with the acquire in slot_code */
	atomic_store_explicit(&slot->found, generation, memory_order_release);
	/* release: pairs with the acquire in known_find */
	atomic_fetch_add_explicit(&registry->version, 1, memory_order_release);
}

struct code *registry_commit(struct registry *registry, struct code *code)
{
	struct slot *slot = find_slot(registry, atom_name(code->plugin));
	struct code *before;

	pthread_mutex_lock(&registry->changing);
	before = slot_code(slot);
	if (before != code) {
		struct generation *generation = container_of(code, struct generation, code);

		generation->was_found = true;
		show(registry, slot, generation);
	}
	pthread_mutex_unlock(&registry->changing);
	return before;
}

/* Takes it out of the list of its name. Under the lock. */
static void unlink_generation(struct slot *slot, struct generation *generation)
{
	struct generation **at = &slot->newest;

	while (*at != generation)
		at = &(*at)->older;
	*at = generation->older;
}

/* Whether nothing can have it: finders may hold what they have once found. */
static bool is_unused(const struct generation *generation)
{
	/* acquire: pairs with the release in actor_destroy */
	return !generation->was_found &&
	       !atomic_load_explicit(&generation->code.pins, memory_order_acquire);
}

bool registry_withdraw(struct registry *registry, struct code *code)
{
	struct slot *slot = find_slot(registry, atom_name(code->plugin));
	struct generation *generation = container_of(code, struct generation, code);
	bool unused;

	pthread_mutex_lock(&registry->changing);
	unused = is_unused(generation);
	if (unused)
		unlink_generation(slot, generation);
	pthread_mutex_unlock(&registry->changing);
	if (unused)
		generation_free(generation);
	return unused;
}

struct code *registry_add(struct registry *registry, const struct joist_plugin *plugin,
			  const struct generation_origin *origin, struct report *report)
{
	struct code *code = registry_add_candidate(registry, plugin, origin, report);

	if (code)
		registry_commit(registry, code);
	return code;
}

static void walk_from(struct slot *slot, void (*each)(void *with, const struct code *code),
		      void *with)
{
	const struct code *code;

	if (!slot)
		return;
	walk_from(slot->earlier, each, with);
	code = slot_code(slot);
	if (code)
		each(with, code);
}

void registry_walk(struct registry *registry, void (*each)(void *with, const struct code *code),
		   void *with)
{
	pthread_mutex_lock(&registry->changing);
	walk_from(registry->last, each, with);
	pthread_mutex_unlock(&registry->changing);
}

/* The one of the generations under that name. Under the lock. */
static const struct generation *slot_at(const struct slot *slot, uintptr_t address)
{
	const struct generation *generation = slot->newest;

	while (generation && !code_holds(&generation->code, (const void *)address))
		generation = generation->older;
	return generation;
}

const struct generation *registry_at(struct registry *registry, uintptr_t address)
{
	const struct generation *found = NULL;

	pthread_mutex_lock(&registry->changing);
	for (struct slot *slot = registry->last; slot && !found; slot = slot->earlier)
		found = slot_at(slot, address);
	pthread_mutex_unlock(&registry->changing);
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
	struct generation *generation = slot->newest;

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
	pthread_mutex_destroy(&registry->changing);
	heap_give(registry, sizeof(*registry));
}
