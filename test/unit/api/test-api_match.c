/* Patterns in C, by the macros that plugins use. */
#include <joist/match.h>

#include <string.h>

#include "test/harness.h"
#include "test/unit/api/self-stub.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/term/atom.h"

TEST_LEAK_FREE(every_type_of_hole)
{
	int32_t i32 = -1, i = 0;
	int64_t i64 = INT64_MIN, j = 0;
	uint32_t u32 = UINT32_MAX, u = 0;
	uint64_t u64 = UINT64_MAX, v = 0;
	double real = 0.5, r = 0;
	bool yes = true, y = false;
	joist_pid pid = pid_local(1, 1), p = { 0 };
	joist_ref ref = ref_local(1, pid), q = { 0 };
	joist_atom atom = ATOM_NAME(ok), a = { 0 };
	struct joist_bytes text = joist_text("text"), t = { 0 };
	joist_term nil = TERM_NIL, n = { 0 };

	joist_term term = joist_make(STUB_SELF, "{A, B, C, D, E, F, G, H, I, J, K}", i32, i64, u32,
				     u64, real, yes, pid, ref, atom, text, nil);
	CHECK(joist_match(term, "{A, B, C, D, E, F, G, H, I, J, K}", &i, &j, &u, &v, &r, &y, &p, &q,
			  &a, &t, &n));
	CHECK(i == i32 && j == i64 && u == u32 && v == u64 && r == real && y);
	CHECK(joist_pid_equal(p, pid) && joist_ref_equal(q, ref) && a.word == atom.word);
	CHECK(t.size == 4 && !memcmp(t.data, "text", 4) && n.word == nil.word);
	stub_finish();
}

TEST_LEAK_FREE(a_site_compiles_once)
{
	int64_t by = 0;

	for (int64_t i = 0; i < 10; i++) {
		CHECK(joist_match(joist_make(STUB_SELF, "{add, N}", i), "{add, By}", &by));
		CHECK_INT(by, i);
		CHECK(!joist_match(TERM_NIL, "ok"));
	}
	CHECK_INT(stub.owned_count, 3);
	stub_finish();
}

TEST_LEAK_FREE(a_wrong_pattern_exits)
{
	int64_t n = 0;

	log_level_set(LOG_LEVEL_ERROR);
	CHECK_STR(STUB_EXIT(joist_match(TERM_NIL, "{A, B}", &n)), "joist_match");
	CHECK_STR(STUB_EXIT(joist_make(STUB_SELF, "{_, A}", n)), "joist_make");
	CHECK_STR(STUB_EXIT(joist_make(STUB_SELF, "{A}", TERM_NONE)), "joist_make");
	stub.outside = true;
	CHECK(!joist_match(TERM_NIL, "{"));
	stub_finish();
}

TEST_LEAK_FREE(want_of_memory_exits)
{
	heap_fail(1, true);
	CHECK_STR(STUB_EXIT(joist_match(TERM_NIL, "{}")), "");
	heap_fail(2, true);
	CHECK_STR(STUB_EXIT(joist_make(STUB_SELF, "{ok, X}", INT64_MAX)), "");
	heap_fail(0, false);
	stub_finish();
}

TEST_LEAK_FREE(an_open_parcel_holds_all_parts)
{
	uint64_t memory[8];
	struct arena outside = arena_over(memory, 8);
	joist_term part = term_tuple_of(&outside, term_small(1));
	int64_t n = 0;

	stub.stack.parcel_open = true;
	joist_term built = joist_make(STUB_SELF, "[#{k => X}]", part);
	memset(memory, 0, sizeof(memory));
	CHECK(joist_match(built, "[#{k := {N}}]", &n));
	CHECK_INT(n, 1);
	stub_finish();
}
