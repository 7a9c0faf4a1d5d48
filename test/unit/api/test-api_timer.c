/* Sleeping, and messages that come later. */
#include <joist/timer.h>

#include "test/harness.h"
#include "test/stage.h"

#define MS INT64_C(1000000)

static void sleep_long_enough(struct joist_actor *self, joist_term args)
{
	int64_t start = joist_now_ns(self), system = joist_system_time(self);

	(void)args;
	joist_send(self, joist_self(self), joist_nil()); /* wakes nobody who sleeps */
	joist_sleep(self, 5);
	CHECK(joist_now_ns(self) - start >= 5 * MS);
	CHECK(joist_system_time(self) > system);
	joist_sleep(self, 0);
}

/* When a message is due is known by the times before and after its timer was started, however long the
 * test was kept from going on between them; its order, where it is due a millisecond apart. */
static void get_in_order(struct joist_actor *self, joist_term args)
{
	static const int delays[] = { 14, 2, 0, 40, 6 };
	int64_t first[5], last[5], latest = 0, i;

	(void)args;
	for (i = 0; i < 5; i++) {
		first[i] = joist_now_ns(self) + delays[i] * MS;
		joist_send_after(self, delays[i], joist_self(self), joist_int(self, i));
		last[i] = joist_now_ns(self) + delays[i] * MS;
	}
	for (int n = 0; n < 5; n++) {
		CHECK(joist_get_int(joist_receive(self), &i));
		CHECK(joist_now_ns(self) >= first[i]);
		CHECK(last[i] + MS >= latest);
		latest = first[i] > latest ? first[i] : latest;
	}
}

static void cancel_some(struct joist_actor *self, joist_term args)
{
	joist_ref never = joist_send_after(self, 1000000, joist_self(self), joist_nil());
	joist_ref soon = joist_send_after(self, 1, joist_self(self), joist_int(self, 1));

	(void)args;
	int64_t left = joist_cancel(self, never);
	CHECK(left > 0 && left <= 1000000);
	CHECK_INT(joist_cancel(self, never), -1);
	CHECK(joist_match(joist_receive(self), "1"));
	CHECK_INT(joist_cancel(self, soon), -1);
	CHECK_INT(joist_cancel(self, joist_ref_new(self)), -1);
	CHECK_INT(joist_cancel(self, (joist_ref){ 0 }), -1);
	never = joist_send_interval(self, 1000000, joist_self(self), joist_nil());
	CHECK(joist_cancel(self, never) > 0);
}

static void start_interval(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	CHECK(joist_get_pid(args, &to));
	joist_send_interval(self, 1, to, joist_int(self, 1));
	joist_receive(self);
}

/* An interval ends with who started it. */
static void outlive_interval(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	joist_pid other = joist_spawn_monitor(self, "test:start_interval",
					      joist_pid_term(self, joist_self(self)), &monitor);

	(void)args;
	for (int i = 0; i < 5; i++)
		CHECK(joist_receive_match(self, JOIST_INFINITY, "1"));
	joist_send(self, other, joist_nil());
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, _, normal}"));
	while (joist_receive_match(self, 20, "1"))
		;
	CHECK(joist_is_none(joist_receive_timeout(self, 20)));
}

static void send_to_names(struct joist_actor *self, joist_term args)
{
	joist_ref alias = joist_alias(self);

	(void)args;
	joist_send_after(self, 1, "late", joist_int(self, 1)); /* whose name it is by then */
	CHECK(joist_register(self, "late", joist_self(self)));
	CHECK(joist_match(joist_receive(self), "1"));
	joist_send_after(self, 1, alias, joist_int(self, 2));
	CHECK(joist_match(joist_receive(self), "2"));
	joist_ref interval = joist_send_interval(self, 1, alias, joist_int(self, 3));
	CHECK(joist_match(joist_receive(self), "3"));
	CHECK(joist_match(joist_receive(self), "3"));
	joist_unalias(self, alias);
	while (joist_match(joist_receive_timeout(self, 5), "3"))
		;
	CHECK(joist_cancel(self, interval) >= 0);
}

/* A pid may be made up, or an earlier node's. */
static void repeat_to_nobody(struct joist_actor *self, joist_term args)
{
	joist_pid never = { .id = 0xfffffff };

	(void)args;
	joist_ref interval = joist_send_interval(self, 1, never, joist_nil());
	joist_send_after(self, 1, never, joist_nil());
	joist_sleep(self, 10);
	CHECK_INT(joist_cancel(self, interval), -1);
}

static void wait_too_short(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_send_after(self, -1, joist_self(self), joist_nil());
}

static void repeat_at_once(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_send_interval(self, 0, joist_self(self), joist_nil());
}

static void send_nothing(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_send_after(self, 1, joist_self(self), (joist_term){ 0 });
}

static void be_wrong(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_spawn_monitor(self, "test:wait_too_short", joist_nil());
	CHECK(joist_match(joist_receive(self),
			  "{'DOWN', _, process, _, {badarg, <<\"joist_send_after\">>}}"));
	joist_spawn_monitor(self, "test:repeat_at_once", joist_nil());
	CHECK(joist_match(joist_receive(self),
			  "{'DOWN', _, process, _, {badarg, <<\"joist_send_interval\">>}}"));
	joist_spawn_monitor(self, "test:send_nothing", joist_nil());
	CHECK(joist_match(joist_receive(self),
			  "{'DOWN', _, process, _, {badarg, <<\"joist_send_after\">>}}"));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(sleep_long_enough), STAGE_LOOP(get_in_order),     STAGE_LOOP(cancel_some),
	STAGE_LOOP(start_interval),    STAGE_LOOP(outlive_interval), STAGE_LOOP(send_to_names),
	STAGE_LOOP(repeat_to_nobody),  STAGE_LOOP(wait_too_short),   STAGE_LOOP(repeat_at_once),
	STAGE_LOOP(send_nothing),      STAGE_LOOP(be_wrong),	     { 0 },
};

TEST_LEAK_FREE(nobody_sleeps_too_short)
{
	stage_run(exports, 1, "sleep_long_enough");
}

TEST_LEAK_FREE(messages_come_in_the_order_of_their_times)
{
	stage_run(exports, 1, "get_in_order");
}

TEST_LEAK_FREE(timers_are_cancelled)
{
	stage_run(exports, 2, "cancel_some");
}

TEST_LEAK_FREE(intervals_end_with_their_starter)
{
	stage_run(exports, 2, "outlive_interval");
}

TEST_LEAK_FREE(names_and_aliases_are_sent_to)
{
	stage_run(exports, 1, "send_to_names");
}

TEST_LEAK_FREE(nobody_is_sent_to_once)
{
	stage_run(exports, 1, "repeat_to_nobody");
}

TEST_LEAK_FREE(wrong_arguments_end_the_actor)
{
	stage_run(exports, 1, "be_wrong");
}
