/* Hashes of terms: equal terms have equal ones, whatever they are made of. */
#include "vm/term/order.h"

#include <string.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/base/heap.h"
#include "vm/term/copy.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

TEST_LEAK_FREE(copies_hash_alike)
{
	struct random r = { .state = 9 };

	for (int i = 0; i < 2000; i++) {
		struct arena a = { 0 }, b = { 0 };
		joist_term t = random_term(&r, &a, 4);
		CHECK(term_hash(t) == term_hash(copy_outside(&b, t)));
		finish(&a);
		finish(&b);
	}
}

TEST_LEAK_FREE(counted_bytes_hash_as_their_own)
{
	struct arena a = { 0 };
	char text[100];

	memset(text, 'q', sizeof(text));
	struct bin *bin = bin_make(100);
	memcpy(bin->data, text, 100);
	joist_term shared = term_from_bin(&a, bin, 3, 20), own = term_binary(&a, text, 20);
	bin_unref(bin);
	CHECK(term_equal(shared, own));
	CHECK(term_hash(shared) == term_hash(own));
	finish(&a);
}

TEST_LEAK_FREE(different_terms_mostly_differ)
{
	struct arena a = { 0 };
	uint64_t seen = 0;

	for (int i = 0; i < 64; i++)
		seen |= UINT64_C(1) << term_hash(term_tuple_of(&a, term_small(i))) % 64;
	CHECK(__builtin_popcountll(seen) > 32);
	CHECK(term_hash(term_small(1)) != term_hash(term_float(&a, 1.0)));
	finish(&a);
}
