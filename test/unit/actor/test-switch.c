/* Changing stacks, and leaving frames. */
#include "vm/actor/switch.h"

#include "test/harness.h"
#include "vm/base/annotate.h"

enum { STACK_BYTES = 64 * 1024, ROUNDS = 1000 };

static _Alignas(16) char memory[STACK_BYTES];
static struct annotate_stack home_notes, away_notes;
static void *home_sp, *away_sp;

static void go_away(void)
{
	annotate_switch_start(&home_notes, &away_notes, false);
	switch_stacks(&home_sp, away_sp);
	annotate_switch_finish(&home_notes);
}

static void go_home(bool for_good)
{
	annotate_switch_start(&away_notes, &home_notes, for_good);
	switch_stacks(&away_sp, home_sp);
	annotate_switch_finish(&away_notes);
}

static void prepare(void (*start)(void))
{
	annotate_stack_thread(&home_notes);
	annotate_stack_new(&away_notes, memory, STACK_BYTES);
	away_sp = switch_prepare(memory + STACK_BYTES, start);
}

/* Enough values in use at once that some are in each register that must survive. */
static uint64_t mix(uint64_t seed, void (*switch_away)(void))
{
	uint64_t a = seed, b = seed * 3, c = seed * 5, d = seed * 7, e = seed * 11, f = seed * 13;
	double x = (double)seed, y = 0.5 * x, z = 0.25 * x;

	for (int i = 0; i < 4; i++) {
		switch_away();
		a += b ^ (uint64_t)i, b += c, c += d, d += e, e += f, f += a;
		x += y, y += z, z += 1;
	}
	return a ^ b ^ c ^ d ^ e ^ f ^ (uint64_t)(x + y + z);
}

static void stay(void)
{
}

static void go_home_for_now(void)
{
	go_home(false);
}

static uint64_t sums[ROUNDS];

static void mix_away(void)
{
	annotate_switch_finish(&away_notes);
	/* The ABI asks for this where a call has pushed its return address. */
	CHECK_INT((uintptr_t)__builtin_frame_address(0) % 16, 0);
	for (int i = 0; i < ROUNDS; i++)
		sums[i] = mix((uint64_t)i, go_home_for_now);
	go_home(true);
}

TEST(two_stacks_do_not_touch_each_others_registers)
{
	prepare(mix_away);
	for (int i = 0; i < ROUNDS; i++)
		CHECK(mix((uint64_t)i * 77, go_away) == mix((uint64_t)i * 77, stay));
	go_away(); /* its last switch */
	for (int i = 0; i < ROUNDS; i++)
		CHECK(sums[i] == mix((uint64_t)i, stay));
	annotate_stack_end(&away_notes);
}

static void *home; /* of the innermost switch_enter */

static void return_at_once(void *a, void *b, uint64_t c)
{
	CHECK(a == memory && b == &memory[1] && c == UINT64_C(1) << 60);
}

static void leave_from(void *a, void *b, uint64_t depth);
static void (*volatile deeper)(void *, void *, uint64_t) = leave_from;

static void leave_from(void *a, void *b, uint64_t depth)
{
	if (depth > 0)
		deeper(a, b, depth - 1);
	annotate_unwind();
	switch_leave(home);
}

TEST(entering_says_how_it_was_left)
{
	CHECK(!switch_enter(&home, return_at_once, memory, &memory[1], UINT64_C(1) << 60));
	for (uint64_t depth = 0; depth < 100; depth += 9)
		CHECK(switch_enter(&home, leave_from, NULL, NULL, depth));
}

static int left_inside;

static void enter_again(void *a, void *b, uint64_t depth)
{
	void *outer = home;

	if (depth)
		left_inside += switch_enter(&home, enter_again, a, b, depth - 1);
	home = outer;
	if (depth % 2) {
		annotate_unwind();
		switch_leave(home);
	}
}

/* Each is left up to where it was entered, and no farther. */
TEST(entries_nest)
{
	CHECK(!switch_enter(&home, enter_again, NULL, NULL, 10));
	CHECK_INT(left_inside, 5);
}

/* What a leave skips does not disturb the caller's registers. */
static void leave_deep(void)
{
	CHECK(switch_enter(&home, leave_from, NULL, NULL, 5));
}

TEST(leaving_restores_registers)
{
	for (uint64_t i = 0; i < ROUNDS; i++)
		CHECK(mix(i, leave_deep) == mix(i, stay));
}

static void leave_away(void)
{
	annotate_switch_finish(&away_notes);
	for (;;) {
		leave_deep();
		go_home(false);
	}
}

TEST(frames_are_left_on_any_stack)
{
	prepare(leave_away);
	for (int i = 0; i < 10; i++)
		go_away();
	annotate_stack_end(&away_notes);
}
