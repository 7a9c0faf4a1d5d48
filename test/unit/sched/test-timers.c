/* Timers: started, cancelled, due, and found by their references. */
#include "vm/sched/timers.h"

#include "test/harness.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"

static struct timers timers;
static const joist_pid to = { .id = 7 };

static joist_ref start(uint64_t number, int64_t ms, bool interval)
{
	struct timer_what what = { .message = signal_make_copy(SIGNAL_MESSAGE, to, ATOM(ok)),
				   .to = to,
				   .owner = to };

	return timers_start(&timers, number, &what, ms, interval);
}

/* How many are due now; their messages are freed. */
static int take_due(joist_ref *ret_repeats)
{
	struct timer_what what;
	int count = 0;

	/* A wheel does much work in parts. */
	while (timers_next_ns(&timers) <= clock_now_ns()) {
		if (!timers_take_due(&timers, clock_now_ns(), &what, ret_repeats))
			continue;
		CHECK(what.to.id == to.id && what.message->term.word == ATOM(ok).word);
		signal_free(what.message);
		count++;
	}
	return count;
}

static void begin(void)
{
	clock_virtual(true);
	timers_init(&timers, 3);
}

TEST_LEAK_FREE(one_is_due_once_and_not_before)
{
	joist_ref repeats;

	begin();
	joist_ref ref = start(1, 10, false);
	CHECK_INT(timers_worker(ref), 3);
	clock_advance(9 * CLOCK_NS_PER_MS);
	CHECK_INT(take_due(&repeats), 0);
	clock_advance(2 * CLOCK_NS_PER_MS);
	CHECK_INT(take_due(&repeats), 1);
	CHECK_INT(repeats.count, 0);
	CHECK_INT(timers_cancel(&timers, ref), -1);
	CHECK(timers_next_ns(&timers) == INT64_MAX);
	timers_finish(&timers);
}

TEST_LEAK_FREE(one_that_is_cancelled_tells_what_was_left)
{
	joist_ref repeats;

	begin();
	joist_ref first = start(1, 1000, false);
	clock_advance(400 * CLOCK_NS_PER_MS);
	CHECK_INT(timers_cancel(&timers, first), 600);
	CHECK_INT(timers_cancel(&timers, first), -1);
	joist_ref second = start(2, 50, false); /* in the same place */
	CHECK_INT(timers_cancel(&timers, first), -1);
	CHECK_INT(timers_cancel(&timers, second), 50);
	clock_advance(2000 * CLOCK_NS_PER_MS);
	CHECK_INT(take_due(&repeats), 0);
	timers_finish(&timers);
}

TEST_LEAK_FREE(an_interval_goes_on_and_does_not_catch_up)
{
	joist_ref repeats;

	begin();
	joist_ref ref = start(1, 10, true);
	for (int i = 0; i < 3; i++) {
		clock_advance(11 * CLOCK_NS_PER_MS);
		CHECK_INT(take_due(&repeats), 1);
		CHECK_INT(repeats.id[0], ref.id[0]);
	}
	clock_advance(1000 * CLOCK_NS_PER_MS);
	CHECK_INT(take_due(&repeats), 1);
	CHECK(timers_cancel(&timers, ref) >= 0);
	timers_finish(&timers);
}

TEST_LEAK_FREE(many_have_places_of_their_own)
{
	static joist_ref refs[5000];
	joist_ref repeats;

	begin();
	for (uint64_t i = 0; i < 5000; i++)
		refs[i] = start(i + 1, (int64_t)(i % 100), false);
	for (int i = 0; i < 5000; i += 2)
		CHECK(timers_cancel(&timers, refs[i]) >= 0);
	clock_advance(200 * CLOCK_NS_PER_MS);
	CHECK_INT(take_due(&repeats), 2500);
	start(6000, 1, false); /* one is left for timers_finish */
	timers_finish(&timers);
}

TEST_LEAK_FREE(without_memory_there_is_no_timer)
{
	begin();
	struct timer_what what = { .message = signal_make_copy(SIGNAL_MESSAGE, to, ATOM(ok)),
				   .to = to };
	heap_fail(1, true);
	CHECK_INT(timers_start(&timers, 1, &what, 1, false).count, 0);
	heap_fail(0, false);
	timers_finish(&timers);
}
