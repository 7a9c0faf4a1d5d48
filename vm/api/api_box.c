/* Terms outside actors: one block of the heap with the reference count, the term's words and the list of
 * the counted bytes that it shares. Any thread; a box does not change once it is made. */
#include <joist/term.h>

#include "vm/api/self.h"
#include "vm/base/heap.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"

struct joist_box {
	atomic_size_t refs;
	size_t words;
	joist_term term;
	uint64_t *bins;
	uint64_t memory[];
};

static size_t box_bytes(const struct joist_box *box)
{
	return sizeof(*box) + box->words * sizeof(uint64_t);
}

struct joist_box *joist_box(joist_term term)
{
	size_t words = copy_words(term);
	struct joist_box *box;
	struct arena arena;

	if (words == SIZE_MAX)
		return NULL;
	box = heap_take(sizeof(*box) + words * sizeof(uint64_t));
	if (!box)
		return NULL;
	arena = arena_over(box->memory, words);
	box->words = words;
	box->term = copy_into(&arena, term);
	box->bins = arena.bins;
	atomic_init(&box->refs, 1);
	return box;
}

struct joist_box *joist_box_hold(struct joist_box *box)
{
	/* relaxed: whoever refers anew already has a reference */
	atomic_fetch_add_explicit(&box->refs, 1, memory_order_relaxed);
	return box;
}

void joist_box_free(struct joist_box *box)
{
	struct arena arena = { 0 };

	/* acq_rel: the last one sees what the others did before they dropped theirs */
	if (!box || atomic_fetch_sub_explicit(&box->refs, 1, memory_order_acq_rel) > 1)
		return;
	arena.bins = box->bins;
	bins_drop(&arena);
	heap_give(box, box_bytes(box));
}

joist_term joist_box_look(const struct joist_box *box)
{
	return box->term;
}

joist_term joist_unbox(struct joist_actor *self, struct joist_box *box)
{
	joist_term copy = copy_outside(self_arena(self), box->term);
	bool failed = !joist_is_none(box->term) && joist_is_none(copy);

	joist_box_free(box);
	if (failed)
		self_short(self);
	return copy;
}
