/* Timers as they stand in their table. */
#include "vm/sched/timers.h"

#include <pthread.h>

#include "test/harness.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"

#define MS CLOCK_NS_PER_MS

static struct timers timers;
static const joist_pid to = { .id = 5 };
static uint64_t number;

static void init(void)
{
	clock_virtual(true);
	timers_init(&timers, 3);
}

/* Lets so many milliseconds pass, and the tick by which a timer may be late. */
static void pass(int64_t ms)
{
	clock_advance(ms * MS + 100 * CLOCK_NS_PER_US);
}

static joist_ref start(int64_t ms, int64_t value, bool interval)
{
	struct timer_what what = {
		.message = signal_make_copy(SIGNAL_MESSAGE, to, term_small(value)),
		.owner = to,
	};

	return timers_start(&timers, ++number, &what, ms, interval);
}

/* The value of the next message that is due; -1 if none is. */
static int64_t take_due(joist_ref *ret_repeats)
{
	struct timer_what what;

	if (!timers_take_due(&timers, clock_now_ns(), &what, ret_repeats))
		return -1;
	int64_t value = int_value(what.message->term);
	signal_free(what.message);
	return value;
}

static void check_due(int64_t value)
{
	joist_ref repeats;

	CHECK_INT(take_due(&repeats), value);
	CHECK_INT(repeats.count, 0);
}

TEST_LEAK_FREE(are_due_in_order)
{
	joist_ref repeats;

	init();
	CHECK(timers_next_ns(&timers) == INT64_MAX);
	start(30, 3, false);
	start(10, 1, false);
	start(20, 2, false);
	start(0, 0, false);
	CHECK(timers_next_ns(&timers) <= clock_now_ns() + MS);
	CHECK_INT(take_due(&repeats), -1);
	pass(0);
	check_due(0);
	CHECK_INT(take_due(&repeats), -1);
	pass(20);
	check_due(1);
	check_due(2);
	CHECK_INT(take_due(&repeats), -1);
	pass(20);
	check_due(3);
	CHECK(timers_next_ns(&timers) == INT64_MAX);
	timers_finish(&timers);
}

TEST_LEAK_FREE(are_cancelled_once)
{
	init();
	joist_ref ref = start(30, 1, false), other = start(40, 2, false);
	CHECK_INT(timers_worker(ref), 3);
	pass(10);
	CHECK_INT(timers_cancel(&timers, ref), 20);
	CHECK_INT(timers_cancel(&timers, ref), -1);
	joist_ref reused = start(50, 3, false); /* in its place */
	CHECK_INT(timers_cancel(&timers, ref), -1);
	pass(100);
	check_due(2);
	check_due(3);
	CHECK_INT(timers_cancel(&timers, other), -1);
	CHECK_INT(timers_cancel(&timers, reused), -1);
	ref = start(10, 4, false);
	pass(100);
	CHECK_INT(timers_cancel(&timers, ref), 0); /* due, but not taken */
	timers_finish(&timers);
}

TEST_LEAK_FREE(know_their_references_from_others)
{
	joist_ref ref;

	init();
	ref = start(10, 1, false);
	joist_ref wrong = ref;
	wrong.id[2] += 1;
	CHECK_INT(timers_cancel(&timers, wrong), -1);
	wrong.id[2] = UINT32_MAX;
	CHECK_INT(timers_cancel(&timers, wrong), -1);
	wrong = ref;
	wrong.id[0]++;
	CHECK_INT(timers_cancel(&timers, wrong), -1);
	CHECK_INT(timers_worker((joist_ref){ .count = 3 }), UINT32_MAX);
	CHECK_INT(timers_worker((joist_ref){ .node = 1, .count = 4 }), UINT32_MAX);
	timers_finish(&timers); /* with one that has not fired */
}

TEST_LEAK_FREE(intervals_go_on)
{
	joist_ref repeats;

	init();
	joist_ref ref = start(10, 1, true);
	for (int i = 0; i < 3; i++) {
		CHECK_INT(take_due(&repeats), -1);
		pass(10);
		CHECK_INT(take_due(&repeats), 1);
		CHECK(joist_ref_equal(repeats, ref));
	}
	pass(1005); /* what was missed is not made up for */
	CHECK_INT(take_due(&repeats), 1);
	CHECK_INT(take_due(&repeats), -1);
	pass(5); /* and the beat is kept */
	CHECK_INT(take_due(&repeats), 1);
	CHECK_INT(timers_cancel(&timers, ref), 10);
	pass(100);
	CHECK_INT(take_due(&repeats), -1);
	timers_finish(&timers);
}

TEST_LEAK_FREE(far_times_do_not_wrap)
{
	joist_ref repeats;

	init();
	joist_ref ref = start(INT64_MAX, 1, false);
	start(INT64_MAX / 1000000, 2, false);
	pass(INT64_C(1000) * 3600 * 24 * 365);
	CHECK_INT(take_due(&repeats), -1);
	CHECK(timers_cancel(&timers, ref) > 0);
	timers_finish(&timers);
}

TEST_LEAK_FREE(many_have_places)
{
	enum { MANY = 5000 };
	static joist_ref refs[MANY];
	joist_ref repeats;
	int left = 0;

	init();
	for (int i = 0; i < MANY; i++)
		refs[i] = start(1 + i % 77, i, false);
	for (int i = 0; i < MANY; i += 2)
		CHECK(timers_cancel(&timers, refs[i]) > 0);
	pass(100);
	while (timers_next_ns(&timers) <= clock_now_ns()) { /* very many are not all told at once */
		int64_t value = take_due(&repeats);
		if (value >= 0)
			CHECK_INT(value % 2, 1);
		left += value >= 0;
	}
	CHECK_INT(left, MANY / 2);
	timers_finish(&timers);
}

TEST_LEAK_FREE(without_memory_there_is_no_reference)
{
	struct timer_what what = { .owner = to };
	joist_ref repeats;

	init();
	for (int nth = 1; nth <= 2; nth++) {
		what.message = signal_make_copy(SIGNAL_MESSAGE, to, ATOM(ok));
		heap_fail(nth, false);
		CHECK_INT(timers_start(&timers, ++number, &what, 1, false).count, 0);
		heap_fail(0, false);
	}
	/* An interval that finds none to copy its message goes on. */
	start(10, 1, true);
	pass(10);
	heap_fail(1, false);
	CHECK(timers_take_due(&timers, clock_now_ns(), &what, &repeats));
	heap_fail(0, false);
	CHECK(!what.message && repeats.count);
	pass(10);
	CHECK_INT(take_due(&repeats), 1);
	timers_finish(&timers);
}

/* ---- cancelled by others ---- */

enum { ROUNDS = 20000 };

static joist_ref shared[ROUNDS];
static atomic_int started, cancelled;

static void *cancel_all(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		while (atomic_load(&started) <= i)
			spin_pause();
		if (timers_cancel(&timers, shared[i]) >= 0)
			atomic_fetch_add(&cancelled, 1);
	}
	heap_flush();
	return unused;
}

TEST_LEAK_FREE(each_fires_or_is_cancelled, .seconds_max = 60)
{
	pthread_t thread;
	joist_ref repeats;
	int fired = 0;

	init();
	CHECK_INT(pthread_create(&thread, NULL, cancel_all, NULL), 0);
	for (int i = 0; i < ROUNDS; i++) {
		shared[i] = start(i % 3, i, false);
		atomic_store(&started, i + 1);
		pass(1);
		while (take_due(&repeats) >= 0)
			fired++;
	}
	pthread_join(thread, NULL);
	pass(100);
	while (take_due(&repeats) >= 0)
		fired++;
	CHECK_INT(fired + atomic_load(&cancelled), ROUNDS);
	timers_finish(&timers);
}
