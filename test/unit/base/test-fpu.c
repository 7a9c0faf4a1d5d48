/* Whether modes of floating point are plain. */
#include "vm/base/fpu.h"

#include "test/harness.h"

TEST(what_is_plain_is)
{
	CHECK(fpu_is_plain(fpu_plain()));
	CHECK(fpu_is_still_plain());
}

#if defined(__x86_64__)

static void rounds_up(bool sse, bool x87)
{
	struct fpu_mode mode = fpu_plain();

	if (sse)
		mode.mxcsr |= 0x4000;
	if (x87)
		mode.x87 |= 0x0800;
	fpu_set(mode);
}

TEST(each_unit_is_asked)
{
	rounds_up(true, false);
	bool sse = fpu_is_still_plain();
	rounds_up(false, true);
	bool x87 = fpu_is_still_plain();
	fpu_set(fpu_plain());
	CHECK(!sse);
	CHECK(!x87);
}

TEST(that_of_sse_only_if_its_modes_may_change)
{
	/* relaxed, both: on one thread */
	atomic_store_explicit(&fpu_varies, false, memory_order_relaxed);
	rounds_up(true, false);
	bool sse = fpu_is_still_plain();
	rounds_up(false, true);
	bool x87 = fpu_is_still_plain();
	fpu_set(fpu_plain());
	atomic_store_explicit(&fpu_varies, true, memory_order_relaxed);
	CHECK(sse);
	CHECK(!x87);
}

TEST(what_has_happened_is_no_mode)
{
	struct fpu_mode mode = fpu_plain();

	mode.mxcsr |= 0x3f;
	fpu_set(mode);
	bool plain = fpu_is_still_plain();
	fpu_set(fpu_plain());
	CHECK(plain);
}

#endif
