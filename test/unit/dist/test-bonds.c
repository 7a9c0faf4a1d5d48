/* Bonds are found by what they are, and those of others' monitors by their references. */
#include "vm/dist/bonds.h"

#include "test/harness.h"
#include "vm/base/heap.h"

static joist_ref ref_of(uint32_t n)
{
	return (joist_ref){ .node = 3, .count = 2, .id = { n, n / 2 } };
}

static void drop_all(struct bonds *bonds)
{
	for (struct bond *bond = bonds_take_all(bonds), *next; bond; bond = next) {
		next = bond->next;
		bond_free(bond);
	}
}

TEST_LEAK_FREE(are_found)
{
	struct bonds bonds = { 0 };
	joist_ref ref;

	CHECK(!bonds_find(&bonds, BOND_LINK, 1, 2));
	for (uint32_t n = 0; n < 1000; n++) {
		const struct bond link = { .kind = BOND_LINK, .a = n, .b = n / 10 };
		const struct bond watched = { .kind = BOND_WATCHED, .a = n, .ref = ref_of(n) };
		CHECK(bonds_add(&bonds, &link) && bonds_add(&bonds, &watched));
	}
	CHECK_INT(bonds.count, 2000);
	for (uint32_t n = 0; n < 1000; n++) {
		ref = ref_of(n);
		CHECK(bonds_find(&bonds, BOND_LINK, n, n / 10));
		CHECK(!bonds_find(&bonds, BOND_WATCHING, n, 0));
		CHECK_INT(bonds_find_ref(&bonds, &ref)->a, n);
		CHECK(bonds_find(&bonds, BOND_WATCHED, n, 0) == bonds_find_ref(&bonds, &ref));
	}
	ref = ref_of(5000);
	CHECK(!bonds_find_ref(&bonds, &ref));
	drop_all(&bonds);
	CHECK_INT(bonds.count, 0);
}

TEST_LEAK_FREE(are_removed)
{
	struct bonds bonds = { 0 };
	joist_ref ref = ref_of(1);
	const struct bond watched = { .kind = BOND_WATCHED, .a = 7, .ref = ref };
	const struct bond link = { .kind = BOND_LINK, .a = 7 };

	bonds_remove(&bonds, bonds_add(&bonds, &link));
	bonds_remove(&bonds, bonds_add(&bonds, &watched));
	CHECK(!bonds_find_ref(&bonds, &ref) && !bonds_find(&bonds, BOND_WATCHED, 7, 0));
	CHECK(!bonds_find(&bonds, BOND_LINK, 7, 0));
	drop_all(&bonds);
}

TEST_LEAK_FREE(want_of_memory_leaves_them_as_they_were)
{
	struct bonds bonds = { 0 };
	const struct bond link = { .kind = BOND_LINK, .a = 1 };

	for (int64_t nth = 1; nth <= 3; nth++) {
		heap_fail(nth, false);
		CHECK(!bonds_add(&bonds, &link) && bonds.count == 0);
		heap_fail(0, false);
		drop_all(&bonds);
	}
	CHECK(bonds_add(&bonds, &link));
	drop_all(&bonds);
}
