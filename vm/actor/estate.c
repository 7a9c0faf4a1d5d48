/* Blocks that die with their actor, in one list. A kept term is a block whose first word past its head is
 * the term's own, so that dropping it finds the block. */
#include "vm/actor/estate.h"

#include <string.h>

#include "vm/base/fence.h"
#include "vm/base/heap.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"

static unsigned seal_of(const void *block)
{
	return (unsigned)(((uintptr_t)block * UINT64_C(0x9e3779b97f4a7c15)) >> 48);
}

static void tie_in(struct estate *estate, struct estate_block *block)
{
	block->next = estate->blocks;
	block->link = &estate->blocks;
	if (block->next)
		block->next->link = &block->next;
	estate->blocks = block;
	estate->bytes += block->bytes;
}

static void untie(struct estate *estate, struct estate_block *block)
{
	*block->link = block->next;
	if (block->next)
		block->next->link = block->link;
	estate->bytes -= block->bytes;
}

static struct estate_block *block_make(struct estate *estate, size_t size)
{
	size_t bytes;

	if (__builtin_add_overflow(size, sizeof(struct estate_block) + FENCE_BYTES, &bytes))
		return NULL;
	bytes -= estate->holds ? 0 : FENCE_BYTES;
	struct estate_block *block = heap_take(bytes);
	if (!block)
		return NULL;
	*block = (struct estate_block){ .bytes = bytes,
					.fenced = estate->holds,
					.seal = seal_of(block) };
	if (block->fenced)
		fence_put(block + 1, size);
	tie_in(estate, block);
	return block;
}

static void block_give(struct estate *estate, struct estate_block *block)
{
	struct arena held = { .bins = block->bins };

	untie(estate, block);
	if (held.bins)
		bins_drop(&held);
	heap_give(block, block->bytes);
}

static void block_free(struct estate *estate, struct estate_block *block)
{
	block->seal = ~block->seal;
	if (!estate->holds)
		block_give(estate, block);
}

/* What the actor sees of it. */
static size_t block_size(const struct estate_block *block)
{
	return block->bytes - sizeof(*block) - (block->fenced ? FENCE_BYTES : 0);
}

void *estate_alloc(struct estate *estate, size_t size)
{
	struct estate_block *block = block_make(estate, size);

	return block ? memset(block + 1, 0, size) : NULL;
}

void *estate_realloc(struct estate *estate, void *memory, size_t size)
{
	struct estate_block *old = memory ? (struct estate_block *)memory - 1 : NULL;
	size_t had = old ? block_size(old) : 0;
	void *new = estate_alloc(estate, size);

	if (new &&old) {
		memcpy(new, memory, had < size ? had : size);
		block_free(estate, old);
	}
	return new;
}

void estate_free(struct estate *estate, void *memory)
{
	if (memory)
		block_free(estate, (struct estate_block *)memory - 1);
}

/* Where a kept term's own words start. */
static const uint64_t *words_of(joist_term term)
{
	return term_tag(term) == TAG_CONS ? term_cell(term) : term_box(term);
}

joist_term estate_keep(struct estate *estate, joist_term term)
{
	if (!term_is_pointer(term))
		return term;
	size_t words = copy_words(term);
	struct estate_block *block =
		words < SIZE_MAX / 8 ? block_make(estate, words * sizeof(uint64_t)) : NULL;
	if (!block)
		return TERM_NONE;
	struct arena arena = arena_over((uint64_t *)(void *)(block + 1), words);
	joist_term copy = copy_into(&arena, term);
	block->bins = arena.bins;
	return copy;
}

bool estate_drop(struct estate *estate, joist_term kept)
{
	if (!term_is_pointer(kept) || kept.word == 0)
		return true;
	struct estate_block *block = (struct estate_block *)(uintptr_t)words_of(kept) - 1;
	if (block->seal != seal_of(block))
		return false;
	block_free(estate, block);
	return true;
}

bool estate_defer(struct estate *estate, void (*run)(void *), void *argument)
{
	struct estate_defer *defer = heap_take(sizeof(*defer));

	if (!defer)
		return false;
	*defer = (struct estate_defer){ estate->defers, run, argument };
	estate->defers = defer;
	return true;
}

bool estate_undefer(struct estate *estate, void (*run)(void *), void *argument)
{
	for (struct estate_defer **link = &estate->defers; *link; link = &(*link)->next) {
		struct estate_defer *defer = *link;
		if (defer->run == run && defer->argument == argument) {
			*link = defer->next;
			heap_give(defer, sizeof(*defer));
			return true;
		}
	}
	return false;
}

bool estate_next_defer(struct estate *estate, struct estate_defer *ret_defer)
{
	struct estate_defer *defer = estate->defers;

	if (!defer)
		return false;
	estate->defers = defer->next;
	*ret_defer = *defer;
	heap_give(defer, sizeof(*defer));
	return true;
}

void estate_hold(struct estate *estate)
{
	estate->holds = true;
}

bool estate_is_whole(const struct estate *estate)
{
	for (const struct estate_block *block = estate->blocks; block; block = block->next) {
		if (block->fenced && !fence_stands(block + 1, block_size(block)))
			return false;
	}
	return true;
}

void estate_settle(struct estate *estate)
{
	estate->holds = false;
	for (struct estate_block *block = estate->blocks, *next; block; block = next) {
		next = block->next;
		if (block->seal != seal_of(block))
			block_give(estate, block);
	}
}

void estate_revert(struct estate *estate, const struct estate *was)
{
	struct estate_defer defer;

	while (estate->blocks != was->blocks)
		block_give(estate, estate->blocks);
	while (estate->defers != was->defers)
		estate_next_defer(estate, &defer);
	*estate = *was;
}

void estate_finish(struct estate *estate)
{
	while (estate->blocks)
		block_give(estate, estate->blocks);
}
