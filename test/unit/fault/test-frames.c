/* Walking frame pointers, over stacks in any condition. */
#include "vm/fault/frames.h"

#include <stddef.h>

#include "test/harness.h"

static uintptr_t stack[64];

/* Where a word is, or would be: some are outside. */
static uintptr_t at(size_t index)
{
	return (uintptr_t)stack + index * sizeof(*stack);
}

static struct frames_from whole(int sp, int fp)
{
	return (struct frames_from){
		.pc = 0x1000, .sp = at(sp), .fp = at(fp), .low = at(0), .high = at(64)
	};
}

static void frame(int index, uintptr_t outer, uintptr_t returns_to)
{
	stack[index] = outer;
	stack[index + 1] = returns_to;
}

TEST(callers_are_found)
{
	struct frames_from from = whole(5, 10);
	struct fault f = { .address = 1 };

	frame(10, at(20), 0x2000);
	frame(20, at(40), 0x3000);
	frame(40, 0, 0x4000);
	frames_walk(&f, &from);
	CHECK_INT(f.count, 4);
	for (uint32_t i = 0; i < 4; i++)
		CHECK_INT(f.frames[i], 0x1000 * (i + 1));
}

TEST(a_jump_to_nowhere_has_left_its_return_address)
{
	struct frames_from from = whole(5, 10);
	struct fault f = { .address = 0x1000 };

	stack[5] = 0x1500;
	frame(10, 0, 0x2000);
	frames_walk(&f, &from);
	CHECK_INT(f.count, 3);
	CHECK_INT(f.frames[1], 0x1500);
	from.link = 0x1600;
	f.count = 0;
	frames_walk(&f, &from);
	CHECK_INT(f.frames[1], 0x1600);
}

TEST(it_never_goes_down_or_out)
{
	static const uintptr_t wild[] = { 0, 1, 8, UINTPTR_MAX, UINTPTR_MAX - 7 };
	struct frames_from from = whole(5, 10);
	struct fault f = { .address = 1 };

	frame(10, at(10), 0x2000); /* a ring */
	frames_walk(&f, &from);
	CHECK_INT(f.count, 2);
	for (unsigned i = 0; i < sizeof(wild) / sizeof(*wild); i++) {
		f.count = 0;
		from.fp = wild[i];
		frames_walk(&f, &from);
		CHECK_INT(f.count, 1);
	}
	for (int fp = 0; fp < 70; fp++) {
		f.count = 0;
		from = whole(64, fp);
		frames_walk(&f, &from);
		CHECK_INT(f.count, 1);
	}
	from = whole(5, 63); /* half of it is outside */
	f.count = 0;
	frames_walk(&f, &from);
	CHECK_INT(f.count, 1);
}

TEST(many_frames_are_cut)
{
	struct frames_from from = whole(0, 0);
	struct fault f = { .address = 1 };

	for (int i = 0; i < 62; i++)
		frame(i, at(i + 1), at(i + 1));
	from.fp = at(0);
	frames_walk(&f, &from);
	CHECK_INT(f.count, FAULT_FRAMES_MAX);
}
