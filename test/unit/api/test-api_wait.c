/* Sleeping in mid-turn. */
#include <joist/timer.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

#define MS INT64_C(1000000)

static void sleep_a_little(struct joist_actor *self, joist_term args)
{
	int64_t start = joist_now_ns(self);

	(void)args;
	joist_sleep(self, 0);
	joist_send(self, joist_self(self), joist_make(self, "early"));
	joist_term built = joist_make(self, "{of, this, turn}");
	joist_sleep(self, 3);
	CHECK(joist_now_ns(self) - start >= 3 * MS);
	CHECK(joist_match(built, "{of, this, turn}"));
	CHECK(joist_match(joist_receive(self), "early"));
}

static void sleep_and_tell(struct joist_actor *self, joist_term args)
{
	int64_t ms;

	CHECK(joist_get_int(args, &ms));
	joist_sleep(self, ms);
	joist_send(self, joist_parent(self), args);
}

/* On a clock that jumps, a day is as short as anything. */
static void sleep_together(struct joist_actor *self, joist_term args)
{
	static const int64_t day = INT64_C(24) * 3600 * 1000;
	int64_t start = joist_now_ns(self);

	(void)args;
	joist_spawn(self, "test:sleep_and_tell", joist_int(self, day));
	joist_spawn(self, "test:sleep_and_tell", joist_int(self, 10));
	joist_spawn(self, "test:sleep_and_tell", joist_int(self, 500));
	CHECK(joist_match(joist_receive(self), "10"));
	CHECK(joist_match(joist_receive(self), "500"));
	CHECK(joist_match(joist_receive(self), "86400000"));
	CHECK(joist_now_ns(self) - start >= day * MS);
}

static void be_wrong(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(stage_end_of(self, "sleep_and_tell", joist_int(self, -2)),
		  "{badarg,<<\"joist_sleep\">>}");
	CHECK_STR(stage_end_of(self, "sleep_and_tell", joist_int(self, INT64_MIN)),
		  "{badarg,<<\"joist_sleep\">>}");
}

static void sleep_for_good(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_sleep(self, JOIST_INFINITY);
	test_fail(__FILE__, __LINE__, "woke up");
}

static void end_sleepers(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	joist_pid pid = joist_spawn_monitor(self, "test:sleep_for_good", args, &monitor);

	stage_let_wait(self, pid);
	joist_send(self, pid, args); /* wakes nobody who sleeps */
	stage_let_wait(self, pid);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, monitor), "killed");
	pid = joist_spawn_monitor(self, "test:sleep_and_tell", joist_int(self, 1000000), &monitor);
	stage_let_wait(self, pid);
	joist_exit_to(self, pid, joist_make(self, "{no, more}"));
	CHECK_STR(stage_down(self, monitor), "{no,more}");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(sleep_a_little),
	STAGE_LOOP(sleep_and_tell),
	STAGE_LOOP(sleep_together),
	STAGE_LOOP(be_wrong),
	STAGE_LOOP(sleep_for_good),
	STAGE_LOOP(end_sleepers),
	{ 0 },
};

TEST_LEAK_FREE(a_sleeper_sleeps_long_enough_in_its_turn)
{
	stage_run(exports, 1, "sleep_a_little");
}

TEST_LEAK_FREE(sleepers_wake_in_the_order_of_their_times)
{
	stage_run_with(exports, &(struct vm_options){ .schedulers = 1, .virtual_clock = true },
		       "sleep_together");
}

TEST_LEAK_FREE(times_below_zero_are_wrong)
{
	stage_run(exports, 1, "be_wrong");
}

TEST_LEAK_FREE(sleepers_are_ended)
{
	stage_run(exports, 1, "end_sleepers");
}
