/* Kinds, numbers, atoms, pids and references, as the SDK has them. */
#include <joist/term.h>

#include <math.h>
#include <string.h>

#include "test/harness.h"
#include "test/unit/api/self-stub.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/map.h"

TEST_LEAK_FREE(kinds)
{
	struct arena *a = &stub.stack.arena;

	CHECK(joist_type(TERM_NONE) == JOIST_NONE);
	CHECK(joist_type(term_small(1)) == JOIST_INTEGER);
	CHECK(joist_type(term_int(a, INT64_MAX)) == JOIST_INTEGER);
	CHECK(joist_type(term_float(a, 1)) == JOIST_FLOAT);
	CHECK(joist_type(ATOM(ok)) == JOIST_ATOM);
	CHECK(joist_type(term_tuple(a, NULL, 0)) == JOIST_TUPLE);
	CHECK(joist_type(TERM_NIL) == JOIST_NIL);
	CHECK(joist_type(term_cons(a, TERM_NIL, TERM_NIL)) == JOIST_CONS);
	CHECK(joist_type(term_map(a, NULL, 0)) == JOIST_MAP);
	CHECK(joist_type(term_binary(a, "", 0)) == JOIST_BITSTRING);
	CHECK(joist_type(term_pid_local(pid_local(1, 1))) == JOIST_PID);
	CHECK(joist_type(term_pid(a, (joist_pid){ .id = 1, .node = 1 })) == JOIST_PID);
	CHECK(joist_type(term_ref(a, ref_local(1, pid_local(1, 1)))) == JOIST_REFERENCE);
	CHECK(joist_type(term_port(a, 0, 1)) == JOIST_PORT);
	CHECK(joist_type(term_fun(a, "x", 1)) == JOIST_FUN);
	stub_finish();
}

TEST_LEAK_FREE(order_and_hashes)
{
	joist_term one = joist_int(STUB_SELF, 1), real = joist_float(STUB_SELF, 1.0);

	CHECK(joist_compare(one, real) == 0 && !joist_equal(one, real));
	CHECK(joist_equal(real, joist_float(STUB_SELF, 1.0)));
	CHECK(joist_hash(real) == joist_hash(joist_float(STUB_SELF, 1.0)));
	stub_finish();
}

static void big_check(bool negative, const char *bytes, size_t size, size_t significant)
{
	struct joist_bytes digits;
	uint64_t space;
	bool below;

	joist_term t = joist_big(STUB_SELF, negative, (struct joist_bytes){ bytes, size });
	CHECK(joist_get_big(t, &space, &below, &digits));
	CHECK_INT(digits.size, significant);
	CHECK(!memcmp(digits.data, bytes, significant));
	CHECK_INT(below, negative && significant);
}

TEST_LEAK_FREE(integers_by_their_bytes)
{
	static char many[200];
	struct joist_bytes digits;
	uint64_t space;
	bool below;

	memset(many, 0x5A, sizeof(many));
	big_check(false, "", 0, 0);
	big_check(true, "\0\0\0", 3, 0);
	big_check(true, "\5", 1, 1);
	big_check(false, "\1\2\3\4\5\6\7\10\11\0", 10, 9);
	big_check(true, many, 200, 200);
	CHECK(!joist_get_big(TERM_NIL, &space, &below, &digits));
	stub_finish();
}

TEST_LEAK_FREE(floats_are_finite)
{
	CHECK_STR(STUB_EXIT(joist_float(STUB_SELF, INFINITY)), "joist_float");
	CHECK_STR(STUB_EXIT(joist_float(STUB_SELF, NAN)), "joist_float");
	double d;
	CHECK(joist_get_float(joist_float(STUB_SELF, 2.5), &d) && d == 2.5);
	CHECK(joist_get_float(joist_int(STUB_SELF, 3), &d) && d == 3);
	stub_finish();
}

TEST(atoms)
{
	joist_atom ok = joist_atom_new("ok"), atom;

	CHECK(joist_atom_term(ok).word == ATOM_WORD(ok));
	CHECK(joist_is_atom(ATOM(ok), "ok") && !joist_is_atom(ATOM(ok), "o"));
	CHECK(!joist_is_atom(TERM_NIL, "ok"));
	CHECK(joist_get_atom(joist_bool(true), &atom));
	CHECK_STR(joist_atom_name(atom).data, "true");
	CHECK_STR(STUB_EXIT(joist_atom_new("\xFF")), "joist_atom_new");
	atom_limit(atom_count(), NULL);
	CHECK_STR(STUB_EXIT(joist_atom_new("never_seen")), "");
	stub.outside = true;
	CHECK(!joist_atom_new("never_seen").word && !joist_atom_new("\xFF").word);
}

TEST_LEAK_FREE(identities)
{
	joist_pid pid = pid_local(1, 2), read;
	joist_ref ref = ref_local(7, pid), back;

	CHECK(joist_get_pid(joist_pid_term(STUB_SELF, pid), &read) && joist_pid_equal(pid, read));
	CHECK(joist_get_ref(joist_ref_term(STUB_SELF, ref), &back) && joist_ref_equal(ref, back));
	CHECK(!joist_ref_equal(ref, ref_local(8, pid)));
	CHECK_STR(STUB_EXIT(joist_pid_term(STUB_SELF, (joist_pid){ 0 })), "joist_pid_term");
	CHECK_STR(STUB_EXIT(joist_ref_term(STUB_SELF, (joist_ref){ 0 })), "joist_ref_term");
	CHECK_STR(STUB_EXIT(joist_ref_term(STUB_SELF, (joist_ref){ .count = 9 })),
		  "joist_ref_term");
	stub_finish();
}

TEST_LEAK_FREE(want_of_memory_exits)
{
	static char many[100];
	struct joist_bytes digits = { many, sizeof(many) };

	memset(many, 1, sizeof(many));
	heap_fail(1, true);
	CHECK_STR(STUB_EXIT(joist_int(STUB_SELF, INT64_MAX)), "");
	CHECK_STR(STUB_EXIT(joist_uint(STUB_SELF, UINT64_MAX)), "");
	CHECK_STR(STUB_EXIT(joist_float(STUB_SELF, 1)), "");
	CHECK_STR(STUB_EXIT(joist_big(STUB_SELF, false, digits)), "");
	CHECK(!STUB_EXIT(joist_int(STUB_SELF, 1)));
	heap_fail(0, false);
	int64_t i;
	uint64_t u;
	CHECK(joist_get_int(joist_int(STUB_SELF, INT64_MIN), &i) && i == INT64_MIN);
	CHECK(joist_get_uint(joist_uint(STUB_SELF, UINT64_MAX), &u) && u == UINT64_MAX);
	stub_finish();
}
