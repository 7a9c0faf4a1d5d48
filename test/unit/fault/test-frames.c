/* Walking frame pointers, over stacks in any condition. */
#include "vm/fault/frames.h"

#include <stddef.h>

#include "test/harness.h"

enum { WORDS = 100 };
static uintptr_t stack[WORDS];

/* Where a word is, or would be: some are outside. */
static uintptr_t at(size_t index)
{
	return (uintptr_t)stack + index * sizeof(*stack);
}

static struct frames_from whole(int sp, int fp)
{
	return (struct frames_from){
		.pc = 0x1000, .sp = at(sp), .fp = at(fp), .low = at(0), .high = at(WORDS)
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

/* Code with two calls in it. */
#if defined(__x86_64__)
static unsigned char code[32] = { [10] = 0xe8, [20] = 0xff, 0xd0 };
enum { AFTER_CALL = 15, AFTER_OTHER = 22, AFTER_NONE = 30 };
#else
static uint32_t code[8] = { [3] = 0x94000001, [5] = 0xd63f0020 };
enum { AFTER_CALL = 16, AFTER_OTHER = 24, AFTER_NONE = 28 };
#endif

TEST(who_called_a_library_is_found)
{
	struct frames_from from = whole(5, 10);
	uintptr_t start = (uintptr_t)code;
	struct fault f = { .address = 0x1000 };

	from.code_start = start;
	from.code_end = start + sizeof(code);
	stack[5] = start + 100;
	stack[6] = start + AFTER_NONE;
	stack[7] = start + AFTER_CALL;
	stack[8] = start + AFTER_OTHER;
	frame(10, 0, 0x2000);
	frames_walk(&f, &from);
	CHECK_INT(f.count, 3);
	CHECK_INT(f.frames[1], start + AFTER_CALL);
	from.link = start + AFTER_OTHER;
	f.count = 0;
	frames_walk(&f, &from);
	CHECK_INT(f.count, 3);
	CHECK_INT(f.frames[1], start + AFTER_OTHER);
	from.pc = start + 3; /* it was the plugin's own */
	f.count = 0;
	frames_walk(&f, &from);
	CHECK_INT(f.count, 2);
}

/* Between what the plugin has there, a sanitizer puts what nobody may read. */
TEST(words_that_lead_to_data_are_no_matter)
{
	struct frames_from from = whole(5, 10);
	struct fault f = { .address = 0x1000 };

	from.code_start = (uintptr_t)code;
	from.code_end = from.code_start + sizeof(code) + 24;
	for (uintptr_t i = 0; i < 24; i++) {
		stack[5] = from.code_start + sizeof(code) + i;
		f.count = 0;
		frames_walk(&f, &from);
		CHECK(f.count >= 1);
	}
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
	for (int fp = 0; fp < WORDS + 6; fp++) {
		f.count = 0;
		from = whole(WORDS, fp);
		frames_walk(&f, &from);
		CHECK_INT(f.count, 1);
	}
	from = whole(5, WORDS - 1); /* half of it is outside */
	f.count = 0;
	frames_walk(&f, &from);
	CHECK_INT(f.count, 1);
}

TEST(many_frames_are_cut)
{
	struct frames_from from = whole(0, 0);
	struct fault f = { .address = 1 };

	for (int i = 0; i < WORDS - 2; i += 2)
		frame(i, at(i + 2), at(i + 1));
	from.fp = at(0);
	frames_walk(&f, &from);
	CHECK_INT(f.count, FAULT_FRAMES_MAX);
}
