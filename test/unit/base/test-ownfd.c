/* The node's own descriptors. */
#include "vm/base/ownfd.h"

#include "test/harness.h"

TEST(remembers_and_forgets)
{
	CHECK_INT(ownfd_next(0), -1);
	ownfd_add(3);
	ownfd_add(63);
	ownfd_add(64);
	ownfd_add(65535);
	CHECK(ownfd_has(3) && ownfd_has(63) && ownfd_has(64) && ownfd_has(65535));
	CHECK(!ownfd_has(4) && !ownfd_has(128));
	CHECK_INT(ownfd_next(-5), 3);
	CHECK_INT(ownfd_next(4), 63);
	CHECK_INT(ownfd_next(64), 64);
	CHECK_INT(ownfd_next(65), 65535);
	ownfd_remove(3);
	ownfd_remove(65535);
	CHECK(!ownfd_has(3));
	CHECK_INT(ownfd_next(0), 63);
	CHECK_INT(ownfd_next(65), -1);
}

TEST(passes_over_other_numbers)
{
	ownfd_add(-1);
	ownfd_add(65536);
	ownfd_remove(-1);
	ownfd_remove(65536);
	CHECK(!ownfd_has(-1) && !ownfd_has(65536));
	CHECK_INT(ownfd_next(0), -1);
	CHECK_INT(ownfd_next(70000), -1);
}
