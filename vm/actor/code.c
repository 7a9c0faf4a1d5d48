/* What belongs to loaded code, and the names of exports as people write them. Any thread. */
#include "vm/actor/code.h"

#include <string.h>

#include "vm/base/heap.h"

struct code_owned {
	struct code_owned *next;
	void *what;
	void (*free_it)(void *what);
};

bool code_own(struct code *code, void *what, void (*free_it)(void *what))
{
	struct code_owned *owned = heap_take(sizeof(*owned));

	if (!owned)
		return false;
	owned->what = what;
	owned->free_it = free_it;
	/* relaxed: the exchange orders */
	owned->next = atomic_load_explicit(&code->owned, memory_order_relaxed);
	/* release: pairs with the acquire in code_free_owned */
	while (!atomic_compare_exchange_weak_explicit(&code->owned, &owned->next, owned,
						      memory_order_release, memory_order_relaxed))
		;
	return true;
}

void code_free_owned(struct code *code)
{
	/* acquire: pairs with the release in code_own */
	struct code_owned *owned =
		atomic_exchange_explicit(&code->owned, NULL, memory_order_acquire);

	for (struct code_owned *next; owned; owned = next) {
		next = owned->next;
		owned->free_it(owned->what);
		heap_give(owned, sizeof(*owned));
	}
}

bool code_split(const char *name, struct joist_bytes *ret_plugin, struct joist_bytes *ret_export)
{
	const char *colon = strchr(name, ':');

	if (!colon || colon == name || !colon[1])
		return false;
	*ret_plugin = (struct joist_bytes){ name, (size_t)(colon - name) };
	*ret_export = (struct joist_bytes){ colon + 1, strlen(colon + 1) };
	return true;
}

const char *code_function_at(const struct code *code, uintptr_t address)
{
	const struct code_functions *f = code->functions;
	uintptr_t offset = address - code->start;
	size_t low = 0, high = f ? f->count : 0;

	/* The first one that is behind it. */
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (f->list[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || !code_holds(code, (void *)address))
		return NULL;
	const struct code_function *at = &f->list[low - 1];
	return !at->size || offset - at->offset < at->size ? at->name : NULL;
}
