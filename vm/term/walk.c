/* The slow half of the walk's stack: growth on the heap. Owned by the walk; one thread. */
#include "vm/term/walk.h"

#include <string.h>

#include "vm/base/heap.h"

bool walk_grow(struct walk *walk, size_t words)
{
	size_t room = walk->room * 2;
	uint64_t *grown;

	while (room - walk->count < words)
		room *= 2;
	if (walk->words != walk->first) {
		grown = heap_resize(walk->words, walk->room * sizeof(*grown),
				    room * sizeof(*grown));
	} else {
		grown = heap_take(room * sizeof(*grown));
		if (grown)
			memcpy(grown, walk->first, walk->count * sizeof(*grown));
	}
	if (!grown)
		return false;
	walk->words = grown;
	walk->room = room;
	return true;
}

void walk_finish(struct walk *walk)
{
	if (walk->words != walk->first)
		heap_give(walk->words, walk->room * sizeof(*walk->words));
	walk_init(walk);
}
