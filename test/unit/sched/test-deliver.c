/* Signals as their receiver sees them: in order, and each with its effect. */
#include "vm/sched/deliver.h"

#include <joist/timer.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

static joist_term pid_of(struct joist_actor *self)
{
	return joist_pid_term(self, joist_self(self));
}

/* ---- order ---- */

enum { SENDERS = 4, EACH = 2000 };

static void send_numbers(struct joist_actor *self, joist_term args)
{
	joist_pid to;
	int64_t number;

	CHECK(joist_match(args, "{To, Number}", &to, &number));
	for (int64_t i = 0; i < EACH; i++)
		joist_send(self, to, joist_make(self, "{Number, I}", number, i));
}

static void hear_all_in_order(struct joist_actor *self, joist_term args)
{
	int64_t next[SENDERS] = { 0 }, sender, i;

	(void)args;
	for (int64_t n = 0; n < SENDERS; n++)
		joist_spawn(self, "test:send_numbers",
			    joist_make(self, "{To, N}", joist_self(self), n));
	for (int n = 0; n < SENDERS * EACH; n++) {
		CHECK(joist_match(joist_receive(self), "{Sender, I}", &sender, &i));
		CHECK_INT(i, next[sender]++);
	}
}

/* A message, an exit that is trapped, a DOWN, a message: all from one, as it did them. */
static void do_four_things(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	CHECK(joist_get_pid(args, &to));
	joist_send(self, to, joist_make(self, "one"));
	joist_exit_to(self, to, joist_make(self, "two"));
	joist_send(self, to, joist_make(self, "three"));
	joist_exit(self, joist_make(self, "four"));
}

static void hear_four_things(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_trap_exit(self, true);
	joist_pid other = joist_spawn_link(self, "test:do_four_things", pid_of(self));
	CHECK(joist_match(joist_receive(self), "one"));
	CHECK(joist_match(joist_receive(self), "{'EXIT', ^Other, two}", &other));
	CHECK(joist_match(joist_receive(self), "three"));
	CHECK(joist_match(joist_receive(self), "{'EXIT', ^Other, four}", &other));
	joist_monitor(self, other);
	CHECK(joist_match(joist_receive(self), "{'DOWN', _, process, ^Other, noproc}", &other));
	joist_link(self, other);
	CHECK(joist_match(joist_receive(self), "{'EXIT', ^Other, noproc}", &other));
}

/* ---- exits ---- */

static void wait_forever(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_receive_match(self, JOIST_INFINITY, "never");
}

static void trap_forever(struct joist_actor *self, joist_term args)
{
	joist_trap_exit(self, true);
	wait_forever(self, args);
}

static const char *end_by(struct joist_actor *self, const char *name, const char *reason)
{
	joist_ref monitor;
	joist_pid other = joist_spawn_monitor(self, name, joist_nil(), &monitor);

	stage_let_wait(self, other);
	joist_exit_to(self, other, joist_parse(self, reason, NULL));
	joist_exit_to(self, other, joist_make(self, "shutdown"));
	joist_exit_to(self, other, joist_make(self, "kill"));
	return stage_down(self, monitor);
}

static void exits_do_what_erlangs_do(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(end_by(self, "test:wait_forever", "{some, [reason]}"), "{some,[reason]}");
	CHECK_STR(end_by(self, "test:wait_forever", "normal"), "shutdown");
	CHECK_STR(end_by(self, "test:wait_forever", "kill"), "killed");
	CHECK_STR(end_by(self, "test:wait_forever", "killed"), "killed");
	CHECK_STR(end_by(self, "test:trap_forever", "killed"), "killed"); /* only the third did */
	CHECK_STR(end_by(self, "test:trap_forever", "kill"), "killed");
}

static void exit_self_normal(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_exit_to(self, joist_self(self), joist_make(self, "normal"));
	joist_exit(self, joist_make(self, "still_here"));
}

static void exit_self_trapping(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_trap_exit(self, true);
	joist_exit_to(self, joist_self(self), joist_make(self, "normal"));
	CHECK(joist_match(joist_receive(self), "{'EXIT', _, normal}"));
	CHECK(joist_trap_exit(self, false));
	joist_exit_to(self, joist_self(self), joist_make(self, "of_itself"));
	joist_exit(self, joist_make(self, "still_here"));
}

static void ends_by_its_own_signals(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(stage_end_of(self, "exit_self_normal", joist_nil()), "normal");
	CHECK_STR(stage_end_of(self, "exit_self_trapping", joist_nil()), "of_itself");
}

/* ---- links ---- */

static void end_when_told(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_exit(self, joist_receive(self));
}

/* An exit that is under way when its link is undone, or made anew, does not count. */
static void forgets_undone_links(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	joist_trap_exit(self, true);
	for (int i = 0; i < 300; i++) {
		joist_pid other =
			joist_spawn_monitor(self, "test:end_when_told", joist_nil(), &monitor);
		joist_link(self, other);
		joist_link(self, other); /* once is enough */
		joist_send(self, other, joist_make(self, "bad"));
		if (i % 2)
			joist_yield(self);
		joist_unlink(self, other);
		joist_unlink(self, other);
		joist_receive_match(self, 0, "{'EXIT', ^Other, bad}", &other);
		if (i % 3 == 0) {
			joist_link(self, other);
			CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', ^Other, _}",
						  &other));
		}
		CHECK_STR(stage_down(self, monitor), "bad");
		CHECK(!joist_receive_match(self, 0, "{'EXIT', _, _}"));
	}
	joist_link(self, joist_self(self));
	joist_unlink(self, joist_self(self));
}

static void link_and_end(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	CHECK(joist_get_pid(args, &to));
	joist_link(self, to);
	joist_exit(self, joist_make(self, "bad"));
}

static void is_linked_by_another(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	joist_trap_exit(self, true);
	joist_pid other = joist_spawn_monitor(self, "test:link_and_end", pid_of(self), &monitor);
	CHECK_STR(stage_down(self, monitor), "bad");
	CHECK(joist_receive_match(self, 0, "{'EXIT', ^Other, bad}", &other));
}

/* ---- monitors and aliases ---- */

static void monitors_fire_once(struct joist_actor *self, joist_term args)
{
	joist_ref first, undone, third;

	(void)args;
	joist_pid other = joist_spawn(self, "test:end_when_told", joist_nil());
	joist_register(self, "watched", other);
	first = joist_monitor(self, other);
	undone = joist_monitor(self, other);
	third = joist_monitor(self, "watched");
	CHECK(joist_demonitor(self, undone));
	CHECK(!joist_demonitor(self, undone));
	joist_send(self, other, joist_make(self, "done"));
	CHECK(joist_receive_match(self, JOIST_INFINITY,
				  "{'DOWN', ^Third, process, {watched, nonode@nohost}, done}",
				  &third));
	CHECK_STR(stage_down(self, first), "done");
	CHECK(!joist_demonitor(self, first));
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
	third = joist_monitor(self, "watched");
	CHECK_STR(stage_down(self, third), "noproc");
	first = joist_monitor(self, other);
	stage_let_wait(self, other);
	CHECK(!joist_demonitor_flush(self, first)); /* its DOWN is here already, and goes */
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
	CHECK(!joist_demonitor(self, joist_monitor(self, joist_self(self))));
}

static void answer_alias(struct joist_actor *self, joist_term args)
{
	joist_ref alias;

	CHECK(joist_get_ref(args, &alias));
	joist_send_to(self, alias, joist_make(self, "first"));
	joist_receive(self);
	joist_send_to(self, alias, joist_make(self, "second"));
}

static void aliases_end(struct joist_actor *self, joist_term args)
{
	joist_ref alias = joist_alias(self), monitor;

	(void)args;
	joist_pid other = joist_spawn_monitor(self, "test:answer_alias",
					      joist_ref_term(self, alias), &monitor);
	CHECK(joist_match(joist_receive(self), "first"));
	CHECK(joist_unalias(self, alias));
	CHECK(!joist_unalias(self, alias));
	joist_send(self, other, joist_nil());
	CHECK_STR(stage_down(self, monitor), "normal");
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
	joist_send_to(self, joist_ref_new(self), joist_nil()); /* no alias at all */
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(send_numbers),
	STAGE_LOOP(hear_all_in_order),
	STAGE_LOOP(do_four_things),
	STAGE_LOOP(hear_four_things),
	STAGE_LOOP(wait_forever),
	STAGE_LOOP(trap_forever),
	STAGE_LOOP(exits_do_what_erlangs_do),
	STAGE_LOOP(exit_self_normal),
	STAGE_LOOP(exit_self_trapping),
	STAGE_LOOP(ends_by_its_own_signals),
	STAGE_LOOP(end_when_told),
	STAGE_LOOP(forgets_undone_links),
	STAGE_LOOP(link_and_end),
	STAGE_LOOP(is_linked_by_another),
	STAGE_LOOP(monitors_fire_once),
	STAGE_LOOP(answer_alias),
	STAGE_LOOP(aliases_end),
	{ 0 },
};

TEST_LEAK_FREE(signals_of_one_sender_come_in_order)
{
	stage_run(exports, 4, "hear_all_in_order");
}

TEST_LEAK_FREE(signals_of_all_kinds_come_in_order)
{
	stage_run(exports, 2, "hear_four_things");
}

TEST_LEAK_FREE(exits_are_trapped_or_not)
{
	stage_run(exports, 2, "exits_do_what_erlangs_do");
}

TEST_LEAK_FREE(an_exit_to_oneself_is_heard_at_once)
{
	stage_run(exports, 1, "ends_by_its_own_signals");
}

TEST_LEAK_FREE(a_link_that_was_undone_does_nothing)
{
	stage_run(exports, 1, "forgets_undone_links");
	stage_run(exports, 2, "forgets_undone_links");
}

TEST_LEAK_FREE(a_link_by_the_other_side_counts)
{
	stage_run(exports, 2, "is_linked_by_another");
}

TEST_LEAK_FREE(a_monitor_fires_once)
{
	stage_run(exports, 2, "monitors_fire_once");
}

TEST_LEAK_FREE(an_alias_takes_messages_until_it_ends)
{
	stage_run(exports, 2, "aliases_end");
}
