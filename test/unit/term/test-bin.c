/* Binaries. */
#include "vm/term/bin.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/copy.h"
#include "vm/term/get.h"
#include "vm/term/order.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

static const char text[101] =
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"012345678901234567890123456789";

TEST_LEAK_FREE(small_ones_are_in_the_arena)
{
	struct arena a = { 0 };
	joist_term t = term_binary(&a, text, 64);
	struct joist_bytes bytes;

	CHECK(term_is_box(t, BOX_BIN) && !a.bins);
	CHECK(bin_get_bytes(t, &bytes) && bytes.size == 64 && !memcmp(bytes.data, text, 64));
	CHECK(bin_get_bytes(term_binary(&a, NULL, 0), &bytes) && bytes.size == 0);
	finish(&a);
}

TEST_LEAK_FREE(large_ones_are_counted)
{
	struct arena a = { 0 };
	joist_term t = term_binary(&a, text, 65);
	struct joist_bytes bytes;

	CHECK(term_is_box(t, BOX_BINREF) && a.bins == term_box(t));
	CHECK(bin_get_bytes(t, &bytes) && bytes.size == 65 && !memcmp(bytes.data, text, 65));
	finish(&a);
}

TEST_LEAK_FREE(a_part_shares_the_bytes)
{
	struct arena a = { 0 }, b = { 0 };
	joist_term whole = term_binary(&a, text, 100), part = term_binary_part(&b, whole, 10, 80);
	struct joist_bytes bytes;

	finish(&a);
	joist_term inner = term_binary_part(&b, part, 5, 70),
		   small = term_binary_part(&b, part, 5, 3);
	CHECK(bin_get_bytes(inner, &bytes) && bytes.size == 70);
	CHECK(!memcmp(bytes.data, text + 15, 70));
	CHECK(bin_get_bytes(small, &bytes) && !memcmp(bytes.data, text + 15, 3));
	CHECK(term_is_box(small, BOX_BIN));
	finish(&b);
}

TEST_LEAK_FREE(bits_are_padded_by_zeros)
{
	struct arena a = { 0 };
	const unsigned char *bytes;
	struct joist_bytes whole;
	size_t bits;
	joist_term t = term_bits(&a, "\xFF\xFF", 11);

	CHECK(bin_get_bits(t, &bytes, &bits) && bits == 11);
	CHECK_INT(bytes[0], 0xFF);
	CHECK_INT(bytes[1], 0xE0);
	CHECK(!bin_get_bytes(t, &whole));
	memset(&t, 0, sizeof(t));
	CHECK(!bin_get_bits(t, &bytes, &bits) && !bin_get_bits(TERM_NIL, &bytes, &bits));
	t = term_bits(&a, text, 701);
	CHECK(bin_get_bits(t, &bytes, &bits) && bits == 701 && !(bytes[87] & 7));
	finish(&a);
}

TEST_LEAK_FREE(without_memory_there_is_none)
{
	for (int64_t nth = 1; nth <= 2; nth++) {
		struct arena a = { 0 };
		heap_fail(nth, true);
		CHECK(joist_is_none(term_binary(&a, text, 100)));
		heap_fail(0, false);
		CHECK(!a.bins);
		finish(&a);
	}
	struct arena a = { 0 };
	unsigned char *data;
	CHECK(joist_is_none(term_binary_new(&a, SIZE_MAX, &data)));
	finish(&a);
}

TEST_LEAK_FREE(a_bin_lives_until_its_last_reference)
{
	struct arena a = { 0 };
	struct bin *bin = bin_make(200);

	memset(bin->data, 'x', 200);
	joist_term t = term_from_bin(&a, bin, 100, 10);
	bin_unref(bin);
	struct joist_bytes bytes;
	CHECK(bin_get_bytes(t, &bytes) && !memcmp(bytes.data, "xxxxxxxxxx", 10));
	bin_unref(NULL);
	finish(&a);
}

TEST_LEAK_FREE(a_token_is_a_reference_that_is_counted)
{
	struct arena a = { 0 }, b = { 0 };
	struct bin *bin = bin_make(0);
	joist_ref ref = ref_local(7, pid_local(3, 1)), got;
	joist_term token = term_token(&a, bin, ref), plain = term_ref(&a, ref), copy;
	unsigned falls = bins_falls();

	CHECK(get_ref(token, &got) && joist_ref_equal(got, ref));
	CHECK(term_compare(token, plain) == 0 && term_hash(token) == term_hash(plain));
	joist_term pair = term_tuple_of(&a, token, TERM_NIL);
	CHECK(arena_take(&b, copy_measure(pair)));
	b.at -= copy_measure(pair);
	copy = copy_fill(&b, pair);
	CHECK(term_compare(copy, pair) == 0 && !bin_is_alone(bin));
	finish(&a);
	CHECK(!bin_is_alone(bin) && bins_falls() == falls);
	finish(&b);
	CHECK(bin_is_alone(bin) && bins_falls() != falls);
	heap_fail(1, true);
	CHECK(joist_is_none(term_token(&a, bin, ref)));
	heap_fail(0, false);
	bin_unref(bin);
}
