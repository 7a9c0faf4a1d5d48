/* The table of nodes. */
#include "vm/term/nodes.h"

#include "test/harness.h"
#include "vm/term/atom.h"

TEST(this_node_has_a_name)
{
	CHECK(atom_equal(nodes_name(0), ATOM_NAME(nonode_at_nohost)));
	CHECK_INT(nodes_creation(0), 0);
	nodes_set_self(ATOM_NAME(user), 7);
	CHECK(atom_equal(nodes_name(0), ATOM_NAME(user)));
	CHECK_INT(nodes_creation(0), 7);
}

TEST(a_node_is_its_name_and_creation)
{
	uint32_t first = nodes_make(ATOM_NAME(node), 1), second = nodes_make(ATOM_NAME(node), 2);

	CHECK(first && second && first != second);
	CHECK_INT(nodes_make(ATOM_NAME(node), 1), first);
	CHECK(atom_equal(nodes_name(second), ATOM_NAME(node)));
	CHECK_INT(nodes_creation(second), 2);
}

TEST(sorts_by_name_then_creation)
{
	uint32_t a1 = nodes_make(atom_make("a@h", 3), 1), a2 = nodes_make(atom_make("a@h", 3), 2);
	uint32_t b1 = nodes_make(atom_make("b@h", 3), 1),
		 long1 = nodes_make(atom_make("a@hh", 4), 1);

	CHECK(nodes_compare(a1, a2) < 0 && nodes_compare(a2, b1) < 0);
	CHECK(nodes_compare(b1, a1) > 0 && nodes_compare(a1, a1) == 0);
	CHECK(nodes_compare(a2, long1) < 0 && nodes_compare(long1, a2) > 0);
}

TEST(says_when_it_is_full)
{
	for (uint32_t i = 1; i <= NODES_MAX; i++)
		CHECK_INT(nodes_make(ATOM_NAME(node), i), i);
	CHECK_INT(nodes_make(ATOM_NAME(node), 0), 0);
	CHECK_INT(nodes_make(ATOM_NAME(node), 77), 77);
}
