/* Names of faults. */
#include "vm/actor/fault.h"

#include "test/harness.h"

TEST(each_kind_has_a_name)
{
	for (int kind = FAULT_NONE; kind < FAULT_KINDS; kind++)
		CHECK(fault_name((enum fault_kind)kind)[0]);
	CHECK_STR(fault_name(FAULT_STACK_OVERFLOW), "stack_overflow");
}
