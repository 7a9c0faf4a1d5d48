/* Binaries and text, as the SDK has them. */
#include <joist/term.h>

#include <string.h>

#include "test/harness.h"
#include "test/unit/api/self-stub.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"

static bool is(joist_term term, const char *text)
{
	struct joist_bytes bytes;

	return joist_get_bytes(term, &bytes) && bytes.size == strlen(text) &&
	       !memcmp(bytes.data, text, bytes.size);
}

TEST_LEAK_FREE(binaries)
{
	joist_term t = joist_binary(STUB_SELF, joist_text("hello"));
	void *data;

	CHECK(is(t, "hello"));
	CHECK(is(joist_binary_part(STUB_SELF, t, 1, 3), "ell"));
	CHECK(is(joist_binary_part(STUB_SELF, t, 5, 0), ""));
	CHECK_STR(STUB_EXIT(joist_binary_part(STUB_SELF, t, 6, 0)), "joist_binary_part");
	CHECK_STR(STUB_EXIT(joist_binary_part(STUB_SELF, t, 3, SIZE_MAX)), "joist_binary_part");
	CHECK_STR(STUB_EXIT(joist_binary_part(STUB_SELF, TERM_NIL, 0, 0)), "joist_binary_part");
	joist_term large = joist_binary_new(STUB_SELF, 100, &data);
	memset(data, 'x', 100);
	CHECK(is(joist_binary_part(STUB_SELF, large, 97, 3), "xxx"));
	stub_finish();
}

TEST_LEAK_FREE(bitstrings)
{
	struct joist_bytes bytes;
	size_t bits;
	joist_term t = joist_bitstring(STUB_SELF, joist_text("\xFF\xFF"), 11);

	CHECK(joist_get_bits(t, &bytes, &bits) && bits == 11 && bytes.size == 2);
	CHECK(!joist_get_bytes(t, &bytes) && !joist_get_bits(TERM_NIL, &bytes, &bits));
	CHECK_STR(STUB_EXIT(joist_bitstring(STUB_SELF, joist_text("x"), 9)), "joist_bitstring");
	stub_finish();
}

TEST_LEAK_FREE(text_and_back)
{
	const char *error = NULL;
	joist_term t = joist_parse(STUB_SELF, "{ok, [1, 2.5], #{}}", &error);

	CHECK(!error);
	CHECK_STR(joist_format(STUB_SELF, t), "{ok,[1,2.5],#{}}");
	CHECK(joist_is_none(joist_parse(STUB_SELF, "{ok, }", &error)));
	CHECK_STR(error, "column 6: a sign where a term should stand");
	CHECK(joist_is_none(joist_parse(STUB_SELF, "X", NULL)));
	stub_finish();
}

TEST_LEAK_FREE(want_of_memory_exits)
{
	const char *error;
	void *data;

	static int64_t nth; /* not a register's, for longjmp's sake */

	for (nth = 1; nth <= 2; nth++) {
		heap_fail(nth, true);
		CHECK_STR(STUB_EXIT(joist_binary_new(STUB_SELF, 100, &data)), "");
		heap_fail(nth, true);
		CHECK_STR(STUB_EXIT(joist_format(STUB_SELF, ATOM(ok))), "");
		stub_finish();
	}
	heap_fail(1, true);
	CHECK_STR(STUB_EXIT(joist_parse(STUB_SELF, "{ok}", &error)), "");
	CHECK_STR(STUB_EXIT(joist_parse(STUB_SELF, "{ok", &error)), "");
	heap_fail(0, false);
	stub_finish();
}
