/* Turns of handlers: one for each message, on stacks that are lent. */
#include "vm/sched/turn.h"

#include <joist/timer.h>
#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/clock.h"
#include "vm/vm.h"

struct count {
	int64_t sum;
	unsigned char zeroes[1000];
};

static size_t count_size(const void *data)
{
	CHECK(!data);
	return sizeof(struct count);
}

static void count_start(struct joist_actor *self, void *state, joist_term args)
{
	struct count *count = state;

	CHECK(state == joist_state(self));
	CHECK_INT((uintptr_t)state % 16, 0);
	for (size_t i = 0; i < sizeof(count->zeroes); i++)
		CHECK_INT(count->zeroes[i], 0);
	joist_get_int(args, &count->sum);
}

static void count_message(struct joist_actor *self, void *state, joist_term message)
{
	struct count *count = state;
	int64_t number;
	joist_pid to;

	if (joist_get_int(message, &number))
		count->sum += number;
	if (joist_match(message, "{tell, To}", &to))
		joist_send(self, to, joist_int(self, count->sum));
	if (joist_is_atom(message, "wait"))
		CHECK(joist_receive_match(self, JOIST_INFINITY, "go_on"));
	if (joist_is_atom(message, "receive"))
		joist_receive(self); /* which is not for handlers */
}

static const struct joist_handler counter = {
	.size = sizeof(struct joist_handler),
	.state_size = count_size,
	.start = count_start,
	.message = count_message,
};

static int64_t sum_of(struct joist_actor *self, joist_pid pid)
{
	int64_t sum;

	joist_send(self, pid, joist_make(self, "{tell, Self}", joist_self(self)));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "Sum", &sum));
	return sum;
}

static void count_up(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid pid = joist_spawn(self, "test:counter", joist_int(self, 1000));
	CHECK_INT(sum_of(self, pid), 1000);
	for (int i = 0; i < 20000; i++)
		joist_send(self, pid, joist_int(self, 2));
	CHECK_INT(sum_of(self, pid), 41000);
	joist_ref monitor = joist_monitor(self, pid);
	joist_send(self, pid, joist_make(self, "receive"));
	CHECK_STR(stage_down(self, monitor), "{badarg,<<\"joist_receive\">>}");
}

enum { MANY = 500 };

/* Handlers that wait in mid-turn, each with a stack, while others go on; in any order. */
static void many_wait(struct joist_actor *self, joist_term args)
{
	joist_pid pids[MANY];

	(void)args;
	for (int i = 0; i < MANY; i++) {
		pids[i] = joist_spawn(self, "test:counter", joist_int(self, i));
		joist_send(self, pids[i], joist_make(self, "wait"));
		joist_send(self, pids[i], joist_int(self, 1000));
	}
	joist_pid other = joist_spawn(self, "test:counter", joist_int(self, 7));
	CHECK_INT(sum_of(self, other), 7);
	for (int i = 0; i < MANY; i++)
		joist_send(self, pids[i * 7 % MANY], joist_make(self, "go_on"));
	for (int i = 0; i < MANY; i++)
		CHECK_INT(sum_of(self, pids[i]), 1000 + i);
	for (int i = 0; i < MANY; i++) {
		joist_send(self, pids[i], joist_make(self, "wait"));
		joist_exit_to(self, pids[i],
			      i % 2 ? joist_make(self, "kill") : joist_make(self, "bad"));
	}
}

/* ---- slices ---- */

static int64_t slow_turns;

static void no_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)self, (void)state, (void)args;
}

/* A turn that calls nothing and takes its time. */
static void slow_message(struct joist_actor *self, void *state, joist_term message)
{
	uint64_t until = clock_cycles() + 500 * clock_cycles_per_us();

	(void)self, (void)state, (void)message;
	slow_turns++;
	while (clock_cycles() < until)
		;
}

static const struct joist_handler slow = {
	.size = sizeof(struct joist_handler),
	.start = no_start,
	.message = slow_message,
};

static void has_its_share(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid pid = joist_spawn(self, "test:slow", joist_nil());
	for (int i = 0; i < 400; i++)
		joist_send(self, pid, joist_nil());
	joist_yield(self);
	CHECK(slow_turns < 100); /* a slice is four of them */
}

/* Messages to itself without end: it is never at rest. */
static void busy_message(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	joist_send(self, joist_self(self), message);
}

static const struct joist_handler busy = {
	.size = sizeof(struct joist_handler),
	.start = no_start,
	.message = busy_message,
};

static void runs_beside_the_busy(struct joist_actor *self, joist_term args)
{
	joist_pid pids[3];

	(void)args;
	for (int i = 0; i < 3; i++) {
		pids[i] = joist_spawn(self, "test:busy", joist_nil());
		joist_send(self, pids[i], joist_nil());
	}
	joist_sleep(self, 5);
	joist_pid pid = joist_spawn(self, "test:counter", joist_int(self, 1));
	for (int i = 0; i < 100; i++)
		CHECK_INT(sum_of(self, pid), 1);
	for (int i = 0; i < 3; i++)
		joist_exit_to(self, pids[i], joist_make(self, "kill"));
}

static const struct stage_export exports[] = {
	STAGE_HANDLER(counter),
	STAGE_LOOP(count_up),
	STAGE_LOOP(many_wait),
	STAGE_HANDLER(slow),
	STAGE_LOOP(has_its_share),
	STAGE_HANDLER(busy),
	STAGE_LOOP(runs_beside_the_busy),
	{ 0 },
};

TEST_LEAK_FREE(each_message_is_a_turn)
{
	stage_run(exports, 1, "count_up");
	stage_run(exports, 2, "count_up");
}

TEST_LEAK_FREE(turns_may_wait)
{
	stage_run(exports, 1, "many_wait");
	stage_run(exports, 2, "many_wait");
}

TEST_LEAK_FREE(turns_that_are_slow_do_not_keep_the_processor)
{
	stage_run(exports, 1, "has_its_share");
}

TEST_LEAK_FREE(turns_that_never_end_do_not_keep_the_processor)
{
	stage_run(exports, 1, "runs_beside_the_busy");
}
