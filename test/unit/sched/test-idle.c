/* Nodes with nothing to do: until somebody wakes them, or until a clock that is turned. */
#include "vm/sched/idle.h"

#include <joist/timer.h>
#include <pthread.h>
#include <semaphore.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/heap.h"
#include "vm/vm.h"

#define S INT64_C(1000000000)

/* ---- a virtual clock ---- */

static void sleep_so_long(struct joist_actor *self, joist_term args)
{
	int64_t seconds;
	joist_pid to;

	CHECK(joist_match(args, "{Seconds, To}", &seconds, &to));
	joist_sleep(self, seconds * 1000);
	joist_send(self, to, joist_int(self, seconds));
}

static void days_pass(struct joist_actor *self, joist_term args)
{
	static const int64_t seconds[] = { 86400, 7, 3600, 1, 60, 1000000 };
	static const int64_t order[] = { 1, 7, 60, 3600, 86400, 1000000 };
	int64_t start = joist_now_ns(self), system = joist_system_time(self), heard;

	(void)args;
	CHECK_INT(joist_now_ns(self), start); /* it stands still */
	for (int i = 0; i < 6; i++)
		joist_spawn(self, "test:sleep_so_long",
			    joist_make(self, "{S, To}", seconds[i], joist_self(self)));
	for (int i = 0; i < 6; i++) {
		CHECK(joist_get_int(joist_receive(self), &heard));
		CHECK_INT(heard, order[i]);
		int64_t passed = joist_now_ns(self) - start;
		CHECK(passed >= heard * S && passed < heard * S + S / 10);
		CHECK_INT(joist_system_time(self) - system, passed);
	}
	CHECK(joist_is_none(joist_receive_timeout(self, 5000)));
	joist_ref timer = joist_send_interval(self, 1000, joist_self(self), joist_nil());
	for (int i = 0; i < 100; i++)
		joist_receive(self);
	joist_cancel(self, timer);
	int64_t passed = joist_now_ns(self) - start;
	CHECK(passed >= 1000105 * S && passed < 1000106 * S);
}

static void time_out_in_order(struct joist_actor *self, joist_term args)
{
	joist_pid silent = joist_spawn(self, "test:sleep_so_long",
				       joist_make(self, "{1000000000, S}", joist_self(self)));
	int64_t start = joist_now_ns(self);

	(void)args;
	CHECK_INT(joist_call(self, silent, joist_nil(), 10000, NULL), JOIST_TIMEOUT);
	CHECK(!joist_receive_match(self, 20000, "never"));
	joist_send_after(self, 30000, joist_self(self), joist_make(self, "soon"));
	CHECK(joist_receive_match(self, 40000, "soon"));
	int64_t passed = joist_now_ns(self) - start;
	CHECK(passed >= 60 * S && passed < 61 * S);
	joist_exit_to(self, silent, joist_make(self, "kill"));
}

/* ---- woken from outside ---- */

enum { POSTS = 300 };

static struct joist_vm *node;
static joist_pid listener;
static sem_t heard;

static void post(int64_t i)
{
	CHECK(joist_post(node, listener, "{post, I}", i));
}

/* One message at a time, so that the node falls asleep in between. */
static void *post_slowly(void *unused)
{
	for (int64_t i = 0; i < POSTS; i++) {
		post(i);
		while (sem_wait(&heard) < 0)
			;
	}
	heap_flush();
	return unused;
}

static void hear_posts(struct joist_actor *self, joist_term args)
{
	pthread_t thread;
	int64_t number;

	(void)args;
	node = joist_vm_of(self);
	listener = joist_self(self);
	sem_init(&heard, 0, 0);
	post(-1);
	CHECK(joist_match(joist_receive(self), "{post, -1}"));
	CHECK_INT(pthread_create(&thread, NULL, post_slowly, NULL), 0);
	for (int64_t i = 0; i < POSTS; i++) {
		CHECK(joist_match(joist_receive(self), "{post, I}", &number));
		CHECK_INT(number, i);
		sem_post(&heard);
	}
	pthread_join(thread, NULL);
	sem_destroy(&heard);
}

/* Actors on different workers, each asleep when the other speaks. */
static void echo(struct joist_actor *self, joist_term args)
{
	joist_pid peer;

	CHECK(joist_get_pid(args, &peer));
	for (;;)
		joist_send(self, peer, joist_receive(self));
}

static void talk(struct joist_actor *self, joist_term args)
{
	joist_pid peers[8];
	int64_t number;

	(void)args;
	for (int i = 0; i < 8; i++)
		peers[i] = joist_spawn(self, "test:echo", joist_pid_term(self, joist_self(self)));
	for (int64_t i = 0; i < 2000; i++) {
		joist_send(self, peers[i % 8], joist_int(self, i));
		CHECK(joist_get_int(joist_receive(self), &number));
		CHECK_INT(number, i);
	}
	for (int i = 0; i < 8; i++)
		joist_exit_to(self, peers[i], joist_make(self, "kill"));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(sleep_so_long),
	STAGE_LOOP(days_pass),
	STAGE_LOOP(time_out_in_order),
	STAGE_LOOP(hear_posts),
	STAGE_LOOP(echo),
	STAGE_LOOP(talk),
	{ 0 },
};

static const struct vm_options virtual_clock = { .virtual_clock = true };

TEST_LEAK_FREE(a_virtual_clock_jumps_to_the_next_timer)
{
	stage_run_with(exports, &virtual_clock, "days_pass");
}

TEST_LEAK_FREE(every_wait_goes_by_the_virtual_clock)
{
	stage_run_with(exports, &virtual_clock, "time_out_in_order");
}

TEST_LEAK_FREE(a_thread_wakes_a_node_that_sleeps)
{
	stage_run(exports, 1, "hear_posts");
	stage_run(exports, 4, "hear_posts");
	stage_run_with(exports, &virtual_clock, "hear_posts");
}

TEST_LEAK_FREE(workers_wake_each_other)
{
	stage_run(exports, 4, "talk");
}
