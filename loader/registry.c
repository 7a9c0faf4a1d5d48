/* Generations of plugins, and how the VM finds what they export.
 *
 * Finders, on any thread, take no lock: a finder pins what a name's slot points to, and looks
 * whether the slot still does. Who takes a generation out changes the slot first and looks at the
 * pins then, so one of the two sees the other. For that the memory of a generation stays when it
 * goes: it is used again for another one. Who changes something takes a lock. */
#include "loader/registry.h"

#include <pthread.h>
#include <string.h>

#include "loader/slots.h"
#include "vm/base/bug.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"

struct registry {
	pthread_mutex_t changing;
	struct slots slots;
	struct generation *spare; /* memory of those that have gone */
	atomic_uint_least64_t version; /* counts what changes for finders */
};

struct registry *registry_create(void)
{
	struct registry *registry = heap_take_zero(sizeof(*registry));

	if (registry && !slots_open(&registry->slots)) {
		heap_give(registry, sizeof(*registry));
		return NULL;
	}
	if (registry)
		pthread_mutex_init(&registry->changing, NULL);
	return registry;
}

/* ---- finding ---- */

static struct generation *slot_found(const struct slot *slot)
{
	/* acquire: pairs with the store in show */
	return atomic_load_explicit(&slot->found, memory_order_acquire);
}

struct code *registry_plugin(struct registry *registry, struct joist_bytes name)
{
	struct slot *slot = slots_find(&registry->slots, name);
	struct generation *found = slot ? slot_found(slot) : NULL;

	return found ? &found->code : NULL;
}

/* What is found, pinned; NULL if that is nothing. */
static struct code *slot_pin(const struct slot *slot)
{
	struct generation *found;

	while ((found = slot_found(slot))) {
		code_pin(&found->code);
		/* seq_cst: after the pin; pairs with the store in show */
		if (atomic_load_explicit(&slot->found, memory_order_seq_cst) == found)
			return &found->code;
		code_unpin(&found->code);
	}
	return NULL;
}

struct export *registry_find(void *registry, struct joist_bytes plugin, struct joist_bytes name,
			     int arity)
{
	struct registry *r = registry;
	struct slot *slot = slots_find(&r->slots, plugin);
	struct code *code = slot ? slot_pin(slot) : NULL;
	struct export *export = code ? generation_find(code, name, arity) : NULL;

	if (code && !export)
		code_unpin(code);
	return export;
}

/* ---- adding ---- */

static struct generation *take_memory(struct registry *registry)
{
	struct generation *generation;

	pthread_mutex_lock(&registry->changing);
	generation = registry->spare;
	if (generation)
		registry->spare = generation->older;
	pthread_mutex_unlock(&registry->changing);
	return generation ? generation : heap_take_zero(sizeof(*generation));
}

static void keep_memory(struct registry *registry, struct generation *generation)
{
	pthread_mutex_lock(&registry->changing);
	generation->older = registry->spare;
	registry->spare = generation;
	pthread_mutex_unlock(&registry->changing);
}

static bool add(struct registry *registry, struct generation *generation)
{
	struct slot *slot;

	pthread_mutex_lock(&registry->changing);
	slot = slots_get(&registry->slots, generation->code.plugin);
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
	struct generation *generation = take_memory(registry);

	if (!generation) {
		report_short(report, origin->file);
		return NULL;
	}
	if (generation_fill(generation, plugin, origin, report)) {
		if (add(registry, generation)) {
			generation->library = origin->library;
			return &generation->code;
		}
		report_short(report, origin->file);
	}
	generation_empty(generation);
	keep_memory(registry, generation);
	return NULL;
}

/* Has finders see that one, or none. Under the lock. */
static void show(struct registry *registry, struct slot *slot, struct generation *generation)
{
	/* seq_cst, both: before the look at pins in registry_withdraw; pairs with slot_pin, and
	 * known_find */
	atomic_store_explicit(&slot->found, generation, memory_order_seq_cst);
	atomic_fetch_add_explicit(&registry->version, 1, memory_order_seq_cst);
}

struct code *registry_commit(struct registry *registry, struct code *code)
{
	struct generation *generation = container_of(code, struct generation, code), *before;
	struct slot *slot = slots_find(&registry->slots, atom_name(code->plugin));

	pthread_mutex_lock(&registry->changing);
	before = slot_found(slot);
	if (before != generation) {
		generation->was_found = true;
		slot->previous = before;
		show(registry, slot, generation);
	}
	pthread_mutex_unlock(&registry->changing);
	return before ? &before->code : NULL;
}

struct code *registry_add(struct registry *registry, const struct joist_plugin *plugin,
			  const struct generation_origin *origin, struct report *report)
{
	struct code *code = registry_add_candidate(registry, plugin, origin, report);

	if (code)
		registry_commit(registry, code);
	return code;
}

/* ---- taking out ---- */

/* Whether something keeps it, now that no finder comes to it any more. */
static bool is_pinned(const struct generation *generation)
{
	/* seq_cst: after the stores in show; pairs with code_pin. It acquires what code_unpin
	 * releases. */
	return atomic_load_explicit(&generation->code.pins, memory_order_seq_cst) > 0;
}

/* Where the list of its name has it; NULL: nowhere any more. Under the lock. */
static struct generation **place_of(struct slot *slot, const struct generation *generation)
{
	struct generation **at = &slot->newest;

	while (*at && *at != generation)
		at = &(*at)->older;
	return *at ? at : NULL;
}

/* Takes it out of the list of its name. */
static void unlink_generation(struct slot *slot, struct generation *generation)
{
	*place_of(slot, generation) = generation->older;
	if (slot->previous == generation)
		slot->previous = NULL;
}

/* Hides it from finders; false, with all as it was, if something pins it. Under the lock. */
static bool take_out(struct registry *registry, struct slot *slot, struct generation *generation)
{
	bool is_found = slot_found(slot) == generation;

	if (!place_of(slot, generation) || generation->is_permanent || is_pinned(generation))
		return false;
	if (is_found)
		show(registry, slot, NULL);
	if (is_pinned(generation)) { /* a finder was faster */
		show(registry, slot, generation);
		return false;
	}
	unlink_generation(slot, generation);
	return true;
}

/* Puts back one that the linker could not unload. */
static void keep_permanent(struct registry *registry, struct slot *slot,
			   struct generation *generation)
{
	pthread_mutex_lock(&registry->changing);
	generation->is_permanent = true;
	generation->older = slot->newest;
	slot->newest = generation;
	pthread_mutex_unlock(&registry->changing);
}

/* Whether another one has the same library: its file was loaded twice. */
static bool is_shared(struct registry *registry, const struct slot *slot,
		      const struct generation *generation)
{
	const struct generation *other;

	pthread_mutex_lock(&registry->changing);
	other = slot->newest;
	while (other && other->code.start != generation->code.start)
		other = other->older;
	pthread_mutex_unlock(&registry->changing);
	return other && generation->library;
}

bool registry_withdraw(struct registry *registry, struct code *code)
{
	struct generation *generation = container_of(code, struct generation, code);
	struct slot *slot = slots_find(&registry->slots, atom_name(code->plugin));
	bool out;

	pthread_mutex_lock(&registry->changing);
	out = take_out(registry, slot, generation);
	pthread_mutex_unlock(&registry->changing);
	if (!out)
		return false;
	if (!generation_unload(generation, is_shared(registry, slot, generation))) {
		keep_permanent(registry, slot, generation);
		return true;
	}
	generation_empty(generation);
	keep_memory(registry, generation);
	return true;
}

void registry_hide(struct registry *registry, struct joist_bytes plugin)
{
	struct slot *slot = slots_find(&registry->slots, plugin);

	pthread_mutex_lock(&registry->changing);
	if (slot && slot_found(slot)) {
		slot->previous = NULL;
		show(registry, slot, NULL);
	}
	pthread_mutex_unlock(&registry->changing);
}

/* ---- files ---- */

/* The one of that file, pinned; NULL if there is none. */
static struct code *slot_pin_file(struct registry *registry, const struct slot *slot,
				  const struct digest *hash)
{
	struct generation *generation;

	pthread_mutex_lock(&registry->changing);
	generation = slot->newest;
	while (generation && (generation->is_permanent || !digest_equal(&generation->hash, hash)))
		generation = generation->older;
	if (generation)
		code_pin(&generation->code);
	pthread_mutex_unlock(&registry->changing);
	return generation ? &generation->code : NULL;
}

struct export *registry_find_file(void *registry, struct joist_bytes plugin,
				  struct joist_bytes name, const unsigned char *hash)
{
	struct registry *r = registry;
	struct slot *slot = slots_find(&r->slots, plugin);
	struct export *export = NULL;
	struct code *code = NULL;
	struct digest digest;

	memcpy(digest.bytes, hash, sizeof(digest.bytes));
	if (slot && !digest_is_none(&digest))
		code = slot_pin_file(r, slot, &digest);
	if (code)
		export = generation_find(code, name, -1);
	if (code && !export)
		code_unpin(code);
	return export;
}

void registry_set_hash(struct registry *registry, struct generation *generation,
		       const struct digest *hash)
{
	pthread_mutex_lock(&registry->changing);
	generation->hash = *hash;
	pthread_mutex_unlock(&registry->changing);
}

bool registry_travels(struct registry *registry, struct joist_bytes plugin, struct digest *ret_hash)
{
	struct slot *slot = slots_find(&registry->slots, plugin);
	struct generation *found;
	bool travels;

	if (!slot)
		return false;
	pthread_mutex_lock(&registry->changing);
	found = slot_found(slot);
	travels = found && found->travels;
	if (travels)
		*ret_hash = found->hash;
	pthread_mutex_unlock(&registry->changing);
	return travels;
}

void registry_admit(struct registry *registry, struct code *code)
{
	pthread_mutex_lock(&registry->changing);
	container_of(code, struct generation, code)->is_guest = true;
	pthread_mutex_unlock(&registry->changing);
}

/* ---- looking ---- */

static void walk_from(struct slot *slot, void (*each)(void *with, const struct code *code),
		      void *with)
{
	const struct generation *found;

	if (!slot)
		return;
	walk_from(slot->earlier, each, with);
	found = slot_found(slot);
	if (found)
		each(with, &found->code);
}

void registry_walk(struct registry *registry, void (*each)(void *with, const struct code *code),
		   void *with)
{
	pthread_mutex_lock(&registry->changing);
	walk_from(registry->slots.last, each, with);
	pthread_mutex_unlock(&registry->changing);
}

static enum generation_state state_of(const struct slot *slot, const struct generation *g)
{
	if (slot_found(slot) == g)
		return GENERATION_COMMITTED;
	if (g->is_permanent)
		return GENERATION_PERMANENT;
	if (slot->previous == g)
		return GENERATION_PREVIOUS;
	if (g->was_found)
		return GENERATION_OLD;
	return g->is_guest ? GENERATION_GUEST : GENERATION_CANDIDATE;
}

struct generation *registry_next(struct registry *registry, struct joist_bytes plugin,
				 struct generation *after, enum generation_state *ret_state)
{
	struct slot *slot = slots_find(&registry->slots, plugin);
	struct generation *next;

	if (!slot)
		return NULL;
	pthread_mutex_lock(&registry->changing);
	if (!after)
		next = slot->newest;
	else
		next = place_of(slot, after) ? after->older : NULL;
	if (next && ret_state)
		*ret_state = state_of(slot, next);
	pthread_mutex_unlock(&registry->changing);
	return next;
}

joist_atom registry_name(struct registry *registry, size_t index)
{
	struct slot *slot;
	joist_atom name = { 0 };

	pthread_mutex_lock(&registry->changing);
	slot = index < registry->slots.count ? registry->slots.last : NULL;
	for (size_t i = registry->slots.count; slot && i > index + 1; i--)
		slot = slot->earlier;
	if (slot)
		name = slot->name;
	pthread_mutex_unlock(&registry->changing);
	return name;
}

/* The one of the generations under that name. Under the lock. */
static struct generation *slot_at(const struct slot *slot, uintptr_t address)
{
	struct generation *generation = slot->newest;

	while (generation && !code_holds(&generation->code, (const void *)address))
		generation = generation->older;
	return generation;
}

struct generation *registry_at(struct registry *registry, uintptr_t address)
{
	struct generation *found = NULL;

	pthread_mutex_lock(&registry->changing);
	for (struct slot *slot = registry->slots.last; slot && !found; slot = slot->earlier)
		found = slot_at(slot, address);
	if (found)
		code_pin(&found->code);
	pthread_mutex_unlock(&registry->changing);
	return found;
}

struct code *registry_code_at(void *registry, const void *address)
{
	struct generation *found = registry_at(registry, (uintptr_t)address);

	return found ? &found->code : NULL;
}

struct code_port registry_port(struct registry *registry)
{
	return (struct code_port){ .find = registry_find,
				   .find_file = registry_find_file,
				   .at = registry_code_at,
				   .owner = registry,
				   .version = &registry->version };
}

static void free_list(struct generation *generation)
{
	for (struct generation *older; generation; generation = older) {
		older = generation->older;
		generation_unload(generation, false);
		generation_empty(generation);
		heap_give(generation, sizeof(*generation));
	}
}

void registry_destroy(struct registry *registry)
{
	if (!registry)
		return;
	for (struct slot *slot = registry->slots.last; slot; slot = slot->earlier)
		free_list(slot->newest);
	free_list(registry->spare);
	slots_close(&registry->slots);
	pthread_mutex_destroy(&registry->changing);
	heap_give(registry, sizeof(*registry));
}
