/* Stacks: where they come from and go to, their guards, and how many there may be. */
#include "vm/actor/stack.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/heap.h"

enum { KIB = 1024, MANY = 600, WARM = 512 };

static void never(void)
{
	CHECK(false);
}

/* The lowest byte that frames may use. */
static char *bottom(const struct stack *stack)
{
	return (char *)(uintptr_t)stack->notes.base;
}

static void touch_all(struct stack *stack, int byte)
{
	memset(bottom(stack), byte, stack->notes.size);
}

TEST(has_room_for_what_is_asked)
{
	static const size_t sizes[] = {
		1, 16 * KIB, 16 * KIB + 1, STACK_LOOP_BYTES, STACK_LENT_BYTES, 4096 * KIB
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct stack *stack = stack_take(sizes[i], never);
		CHECK(stack);
		/* This struct, on top of the frames, takes a little of it. */
		CHECK(stack->notes.size + sizeof(*stack) >= sizes[i]);
		CHECK((char *)stack == bottom(stack) + stack->notes.size);
		touch_all(stack, 1);
		CHECK(!stack->arena.chunks && !stack->taken && !stack->covers);
		stack_give(stack);
	}
	CHECK(!stack_take(STACK_BYTES_MAX + 1, never));
	CHECK(!stack_take(SIZE_MAX, never));
}

/* Whether a byte at that address can be written: tried by a child, which it kills if not. */
static bool can_write(char *address)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		prctl(PR_SET_DUMPABLE, 0);
		signal(SIGSEGV, SIG_DFL);
		*(volatile char *)address = 1;
		_exit(0);
	}
	while (waitpid(child, &status, 0) < 0)
		CHECK_INT(errno, EINTR);
	CHECK(WIFEXITED(status) || WTERMSIG(status) == SIGSEGV);
	return WIFEXITED(status);
}

static void check_guard(void)
{
	struct stack *stack = stack_take(STACK_LOOP_BYTES, never);
	char *lowest = bottom(stack);

	CHECK(can_write(lowest));
	CHECK(!can_write(lowest - 1));
	CHECK(!can_write(lowest - STACK_GUARD_BYTES / 2));
	CHECK(!can_write(lowest - STACK_GUARD_BYTES));
	CHECK(!stack_in_guard(stack, lowest));
	CHECK(stack_in_guard(stack, lowest - 1));
	CHECK(stack_in_guard(stack, lowest - STACK_GUARD_BYTES));
	CHECK(!stack_in_guard(stack, lowest - STACK_GUARD_BYTES - 1));
	CHECK(!stack_in_guard(stack, NULL));
	stack_give(stack);
}

static void check_reserve(void)
{
	struct stack *stack = stack_take(STACK_LOOP_BYTES, never);
	char *lowest = bottom(stack);

	CHECK(stack_open_reserve(stack));
	CHECK(bottom(stack) == lowest - STACK_RESERVE_BYTES);
	memset(bottom(stack), 1, STACK_RESERVE_BYTES);
	CHECK(stack_in_guard(stack, lowest - 1));
	CHECK(!can_write(bottom(stack) - 1));
	CHECK(!stack_open_reserve(stack));
	stack_give(stack);
	CHECK(!can_write(lowest - 1));
	CHECK(stack_take(STACK_LOOP_BYTES, never) == stack);
	CHECK(bottom(stack) == lowest);
	stack_give(stack);
}

TEST(a_write_below_the_frames_faults)
{
	check_guard();
	check_reserve();
}

TEST(guards_of_older_kernels_fault_too)
{
	stack_guard_by_mprotect();
	check_guard();
	check_reserve();
	CHECK(stack_count_max() < SIZE_MAX);
}

TEST(an_idle_stack_is_taken_again_as_it_was)
{
	struct stack *stack = stack_take(STACK_LOOP_BYTES, never);

	touch_all(stack, 42);
	size_t resident = stack_resident_bytes(stack), count = stack_count();
	CHECK(resident >= 64 * KIB);
	stack->left = true;
	stack_give(stack);
	CHECK(stack_take(STACK_LOOP_BYTES, never) == stack);
	CHECK(!stack->left);
	CHECK_INT(stack_resident_bytes(stack), resident);
	CHECK_INT(bottom(stack)[100], 42);
	CHECK_INT(stack_count(), count);
	stack_give(stack);
}

TEST(a_shelf_keeps_stacks_for_its_owner)
{
	struct stack_shelf shelf = { 0 };
	struct stack *stack = stack_shelf_take(&shelf, STACK_LOOP_BYTES, never);
	struct stack *large = stack_shelf_take(&shelf, STACK_LENT_BYTES, never);

	CHECK(stack && large);
	CHECK(stack_shelf_keep(&shelf, stack));
	CHECK(!stack_shelf_keep(&shelf, large));
	stack_give(large);
	CHECK_INT(shelf.count, 1);
	CHECK(stack_take(STACK_LENT_BYTES, never) == large);
	CHECK(stack_take(STACK_LOOP_BYTES, never) != stack);
	CHECK(stack_shelf_take(&shelf, STACK_LOOP_BYTES, never) == stack);
	stack->left = true;
	CHECK(!stack_shelf_keep(&shelf, stack));
	stack->left = false;
	CHECK(stack_shelf_keep(&shelf, stack));
	stack_shelf_clear(&shelf);
	CHECK(!shelf.first);
	CHECK(stack_take(STACK_LOOP_BYTES, never) == stack);
}

/* Gives back many stacks, all touched; takes them again, and counts those that still have their pages. */
static unsigned count_warm(void)
{
	static struct stack *stacks[MANY];
	unsigned warm = 0;

	for (unsigned i = 0; i < MANY; i++) {
		CHECK((stacks[i] = stack_take(16 * KIB, never)));
		touch_all(stacks[i], (int)i);
	}
	for (unsigned i = 0; i < MANY; i++)
		stack_give(stacks[i]);
	for (unsigned i = 0; i < MANY; i++) {
		CHECK((stacks[i] = stack_take(16 * KIB, never)));
		CHECK(!stacks[i]->arena.chunks && !stacks[i]->taken);
		size_t resident = stack_resident_bytes(stacks[i]);
		/* The page with what says where it was switched away from is back already. */
		CHECK(resident == 16 * KIB || resident <= 8 * KIB);
		warm += resident == 16 * KIB;
	}
	CHECK_INT(stack_count(), MANY);
	for (unsigned i = 0; i < MANY; i++) {
		touch_all(stacks[i], 3);
		stack_give(stacks[i]);
	}
	return warm;
}

TEST(only_some_idle_stacks_keep_their_pages)
{
	CHECK_INT(count_warm(), WARM);
}

TEST(without_memory_to_remember_cold_ones_all_keep_their_pages)
{
	heap_fail(1, true);
	CHECK_INT(count_warm(), MANY);
	heap_fail(0, false);
}

static void take_six_of_five(void)
{
	struct stack *stacks[5];

	for (int i = 0; i < 5; i++)
		CHECK((stacks[i] = stack_take(i % 2 ? 16 * KIB : 64 * KIB, never)));
	CHECK(!stack_take(16 * KIB, never));
	CHECK(!stack_take(1024 * KIB, never));
	stack_give(stacks[1]);
	CHECK(stack_take(16 * KIB, never) == stacks[1]);
	CHECK(!stack_take(16 * KIB, never));
	CHECK_INT(stack_count(), 5);
}

TEST(there_are_no_more_than_the_limit)
{
	CHECK(stack_count_max() == SIZE_MAX);
	stack_count_limit(5);
	CHECK_INT(stack_count_max(), 5);
	take_six_of_five();
}

TEST(the_limit_holds_when_mappings_are_scarce)
{
	stack_count_limit(5);
	stack_guard_by_mprotect();
	CHECK_INT(stack_count_max(), 5);
	take_six_of_five();
}

/* Of the stacks that a thread holds, at most HELD_OF_SIZE are of the same of the SIZES at any time. */
enum { THREADS = 4, ROUNDS = 2000, HELD = 8, SIZES = 3, HELD_OF_SIZE = (HELD + SIZES - 1) / SIZES };

/* Holds some stacks, each with its own mark in it, and changes one at a time. */
static void *take_and_give(void *mark)
{
	struct stack *held[HELD] = { 0 };
	int byte = *(int *)mark;

	for (int i = 0; i < ROUNDS + HELD; i++) {
		struct stack **at = &held[i % HELD];
		if (*at) {
			CHECK_INT(*bottom(*at), byte);
			stack_give(*at);
			*at = NULL;
		}
		if (i < ROUNDS) {
			CHECK((*at = stack_take((size_t)16 * KIB << i % SIZES, never)));
			*bottom(*at) = (char)byte;
		}
	}
	return NULL;
}

TEST(threads_never_get_the_same)
{
	pthread_t threads[THREADS];
	int marks[THREADS];

	for (int i = 0; i < THREADS; i++) {
		marks[i] = i + 1;
		CHECK_INT(pthread_create(&threads[i], NULL, take_and_give, &marks[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK(stack_count() <= THREADS * SIZES * HELD_OF_SIZE);
}

static struct stack here; /* what stands for the stack of the test itself */
static struct stack *there;
static size_t depth;

/* Uses nearly all of its stack. */
static size_t go_down(size_t bytes)
{
	volatile char frame[512];

	frame[bytes % sizeof(frame)] = 1;
	if (bytes < 2048)
		return 1;
	return go_down(bytes - 1024) + (size_t)frame[bytes % sizeof(frame)];
}

static void run_there(void)
{
	for (;;) {
		annotate_switch_finish(&there->notes);
		depth = go_down(there->notes.size / 2);
		stack_switch(there, &here, false);
	}
}

TEST(can_be_run_on)
{
	annotate_stack_thread(&here.notes);
	for (int i = 0; i < 3; i++) {
		there = stack_take(STACK_LOOP_BYTES, run_there);
		for (int n = 0; n < 2; n++) {
			depth = 0;
			stack_switch(&here, there, false);
			annotate_switch_finish(&here.notes);
			CHECK(depth > 20);
		}
		stack_give(there);
	}
}
