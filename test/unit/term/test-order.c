/* The order of terms. */
#include "vm/term/order.h"

#include <string.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/base/heap.h"
#include "vm/term/nodes.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

static joist_term atom(const char *name)
{
	return atom_term(atom_make(name, strlen(name)));
}

/* That each is less than all that follow. */
static void ascending(const joist_term *terms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int order = term_compare(terms[i], terms[j]);
			if ((order > 0) - (order < 0) != (i > j) - (i < j))
				test_fail(__FILE__, __LINE__, "%zu and %zu: %d", i, j, order);
			CHECK(term_equal(terms[i], terms[j]) == (i == j));
		}
	}
}
#define ASCENDING(...)                                                                             \
	ascending((const joist_term[]){ __VA_ARGS__ },                                             \
		  sizeof((const joist_term[]){ __VA_ARGS__ }) / sizeof(joist_term))

TEST_LEAK_FREE(types_have_an_order)
{
	struct arena a = { 0 };
	joist_term map = term_map(&a, NULL, 0);

	ASCENDING(term_float(&a, 1e300), ATOM(ok), term_ref(&a, ref_local(1, pid_local(1, 1))),
		  term_fun(&a, "x", 1), term_port(&a, 0, 1), term_pid_local(pid_local(1, 1)),
		  term_tuple(&a, NULL, 0), map, TERM_NIL, term_cons(&a, TERM_NIL, TERM_NIL),
		  term_binary(&a, "", 0));
	finish(&a);
}

TEST_LEAK_FREE(atoms_by_code_points)
{
	ASCENDING(atom(""), atom("A"), atom("a"), atom("aa"), atom("b"), atom("\xC3\xA9"),
		  atom("\xE2\x82\xAC"), atom("\xF0\x9F\x98\x80"));
}

TEST_LEAK_FREE(tuples_by_size_lists_by_element)
{
	struct arena a = { 0 };
	joist_term one = term_small(1), two = term_small(2), l2 = term_cons(&a, two, TERM_NIL);

	ASCENDING(term_tuple_of(&a, two), term_tuple_of(&a, one, two), term_tuple_of(&a, two, one),
		  TERM_NIL, term_cons(&a, one, one), term_cons(&a, one, TERM_NIL),
		  term_cons(&a, one, l2), l2, term_cons(&a, two, l2));
	finish(&a);
}

TEST_LEAK_FREE(maps_by_size_keys_values)
{
	struct arena a = { 0 };
	joist_term i1 = term_small(1), f1 = term_float(&a, 1.0), i2 = term_small(2);
	joist_term small = term_map(&a, (joist_term[]){ i2, i2 }, 1);
	joist_term m1 = term_map(&a, (joist_term[]){ i1, i2, i2, i1 }, 2);
	joist_term m2 = term_map(&a, (joist_term[]){ i1, i2, i2, i2 }, 2);
	joist_term m3 = term_map(&a, (joist_term[]){ i2, i1, f1, i1 }, 2);

	ASCENDING(small, m1, m2, m3);
	joist_term by_value = term_map(&a, (joist_term[]){ i1, i2, i2, f1 }, 2);
	CHECK_INT(term_compare(m1, by_value), 0);
	CHECK(!term_equal(m1, by_value));
	/* Of a map inside a key the values are compared exactly too. */
	joist_term k1 = term_map(&a, (joist_term[]){ m1, i1 }, 1);
	joist_term k2 = term_map(&a, (joist_term[]){ by_value, i1 }, 1);
	CHECK(term_compare(k1, k2) < 0);
	finish(&a);
}

TEST_LEAK_FREE(bits_then_length)
{
	struct arena a = { 0 };

	ASCENDING(term_binary(&a, "", 0), term_bits(&a, "\0", 1), term_binary(&a, "\0", 1),
		  term_binary(&a, "\1", 1), term_bits(&a, "\x80", 1), term_bits(&a, "\xA0", 3),
		  term_binary(&a, "\xC0", 1));
	finish(&a);
}

TEST_LEAK_FREE(identities_of_other_nodes)
{
	struct arena a = { 0 };
	uint32_t n1 = nodes_make(atom_make("a@h", 3), 1), n2 = nodes_make(atom_make("b@h", 3), 1);

	nodes_set_self(atom_make("aa@h", 4), 1);
	/* {number, serial}: the serial weighs more, then the number, then the node. */
	ASCENDING(term_pid(&a, (joist_pid){ .id = 2, .node = n1 }),
		  term_pid(&a, (joist_pid){ .id = 2, .node = n2 }),
		  term_pid(&a, (joist_pid){ .id = (1ull << 32) + 1, .node = n1 }),
		  term_pid_local(pid_local(1, 1)),
		  term_pid(&a, (joist_pid){ .id = (1ull << 32) + 1, .node = n2 }),
		  term_pid_local(pid_local(2, 1)), term_pid_local(pid_local(1, 2)));
	ASCENDING(term_ref(&a, (joist_ref){ .node = n1, .count = 3, .id = { 9, 9, 9 } }),
		  term_ref(&a, (joist_ref){ .node = 0, .count = 3, .id = { 5, 1, 0 } }),
		  term_ref(&a, (joist_ref){ .node = 0, .count = 2, .id = { 1, 2 } }),
		  term_ref(&a, (joist_ref){ .node = 0, .count = 3, .id = { 1, 1, 1 } }),
		  term_ref(&a, (joist_ref){ .node = n2, .count = 1, .id = { 1 } }));
	ASCENDING(term_port(&a, n1, 9), term_port(&a, 0, 1), term_port(&a, 0, UINT64_MAX),
		  term_port(&a, n2, 0));
	joist_term short_ref = term_ref(&a, (joist_ref){ .count = 1, .id = { 7 } });
	joist_term long_ref = term_ref(&a, (joist_ref){ .count = 3, .id = { 7, 0, 0 } });
	CHECK(term_equal(short_ref, long_ref) && term_hash(short_ref) == term_hash(long_ref));
	finish(&a);
}

TEST_LEAK_FREE(order_is_total)
{
	struct random r = { .state = 5 };
	struct arena a = { 0 };
	joist_term t[120];

	for (int i = 0; i < 120; i++)
		t[i] = random_term(&r, &a, 3);
	for (int i = 0; i < 120; i++) {
		for (int j = 0; j < 120; j++) {
			int ij = term_compare_keys(t[i], t[j]);
			CHECK((ij > 0) == (term_compare_keys(t[j], t[i]) < 0));
			CHECK(!ij == term_equal(t[i], t[j]));
			CHECK(ij || term_hash(t[i]) == term_hash(t[j]));
			for (int k = 0; k < 120 && ij < 0; k++) {
				if (term_compare_keys(t[j], t[k]) < 0)
					CHECK(term_compare_keys(t[i], t[k]) < 0);
			}
		}
	}
	finish(&a);
}

TEST_LEAK_FREE(a_million_levels)
{
	struct arena a = { 0 };
	joist_term x = TERM_NIL, y = TERM_NIL;

	for (int i = 0; i < 1000000; i++) {
		x = term_tuple_of(&a, x, term_small(i));
		y = term_tuple_of(&a, y, term_small(i));
	}
	CHECK(term_equal(x, y));
	CHECK(term_hash(x) == term_hash(y));
	heap_fail(1, true);
	CHECK(!term_equal(x, y));
	term_hash(x);
	heap_fail(0, false);
	finish(&a);
}
