/* Copies of what actors own. One block for each: the state's bytes, then each block of the estate with its
 * head, in the order of the list, so that the copy of one says where the next one was. */
#include "vm/actor/keepsake.h"

#include <string.h>

#include "vm/base/heap.h"

struct keepsake {
	size_t bytes; /* of this block */
	struct estate estate;
	size_t state_bytes; /* behind this; then the blocks */
};

static size_t state_bytes(const struct joist_actor *a)
{
	return (a->export->state_bytes + 15) / 16 * 16;
}

static size_t estate_bytes(const struct estate *estate)
{
	size_t bytes = 0;

	for (const struct estate_block *block = estate->blocks; block; block = block->next)
		bytes += block->bytes;
	return bytes;
}

static char *begin_of_blocks(const struct keepsake *keepsake)
{
	return (char *)(keepsake + 1) + keepsake->state_bytes;
}

struct keepsake *keepsake_take(struct joist_actor *a)
{
	size_t bytes = sizeof(struct keepsake) + state_bytes(a) + estate_bytes(&a->estate);
	struct keepsake *keepsake = heap_take(bytes);

	if (!keepsake)
		return NULL;
	*keepsake = (struct keepsake){ bytes, a->estate, state_bytes(a) };
	memcpy(keepsake + 1, actor_state(a), a->export->state_bytes);
	char *to = begin_of_blocks(keepsake);
	for (const struct estate_block *block = a->estate.blocks; block; block = block->next) {
		memcpy(to, block, block->bytes);
		to += block->bytes;
	}
	estate_hold(&a->estate);
	return keepsake;
}

const void *keepsake_state(const struct keepsake *keepsake)
{
	return keepsake + 1;
}

void keepsake_restore(struct joist_actor *a, struct keepsake *keepsake)
{
	const char *from = begin_of_blocks(keepsake);
	struct estate_block *block = keepsake->estate.blocks;

	estate_revert(&a->estate, &keepsake->estate);
	while (block) {
		struct estate_block was;
		memcpy(&was, from, sizeof(was));
		memcpy(block, from, was.bytes);
		from += was.bytes;
		block = was.next;
	}
	memcpy(actor_state(a), keepsake + 1, a->export->state_bytes);
	heap_give(keepsake, keepsake->bytes);
}

void keepsake_drop(struct joist_actor *a, struct keepsake *keepsake)
{
	estate_settle(&a->estate);
	heap_give(keepsake, keepsake->bytes);
}
