/* Chains of free blocks. */
#include "vm/base/depot.h"

#include "test/harness.h"

static unsigned chain_length(const struct depot_block *chain)
{
	unsigned length = 0;

	for (; chain; chain = chain->next)
		length++;
	return length;
}

/* At first it does not take more memory than a page for them, or than one block. */
TEST(hands_out_full_chains_of_every_class_before_long)
{
	for (unsigned c = 0; sizes_bytes(c) <= DEPOT_CHAINED_MAX; c++) {
		unsigned full = depot_chain_size(c), count = 0, chains = 0;

		for (struct depot_block *chain; count < full; chains++) {
			count = depot_take(c, &chain);
			CHECK(count && count <= full);
			CHECK_INT(chain_length(chain), count);
			CHECK(chains || count * sizes_bytes(c) <= 4096 || count == 1);
		}
		CHECK(chains <= 5);
	}
}

TEST(gives_a_returned_chain_out_again)
{
	struct depot_block *chain, *again;

	depot_take(3, &chain);
	depot_give(3, chain);
	CHECK_INT(depot_take(3, &again), depot_chain_size(3));
	CHECK(again == chain);
}

static struct depot_block *take_full(unsigned size_class)
{
	struct depot_block *chain;

	while (depot_take(size_class, &chain) < depot_chain_size(size_class))
		;
	return chain;
}

/* Parts of chains grow together to full ones. */
TEST(joins_loose_blocks)
{
	unsigned c = sizes_class(4096), full = depot_chain_size(c);
	struct depot_block *chain = take_full(c), *rest = chain->next;

	chain->next = NULL;
	depot_give_loose(c, chain);
	CHECK_INT(depot_take(c, &chain), 1);
	depot_give_loose(c, chain);
	depot_give_loose(c, rest);
	CHECK_INT(depot_take(c, &chain), full);
	CHECK_INT(chain_length(chain), full);
}

TEST(keeps_large_blocks_up_to_a_bound)
{
	unsigned c = sizes_class(SIZES_BYTES_MAX);
	void *blocks[12];

	for (unsigned i = 0; i < 12; i++)
		CHECK((blocks[i] = depot_take_large(c)));
	for (unsigned i = 0; i < 12; i++)
		depot_give_large(c, blocks[i]);
	/* 64 MiB are kept, the last one in comes out first. */
	for (unsigned i = 8; i-- > 0;)
		CHECK(depot_take_large(c) == blocks[i]);
}
