/* Links, monitors, aliases, exits and names. */
#include <joist/actor.h>

#include "test/harness.h"
#include "test/stage.h"

static void wait(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_exit(self, joist_receive(self));
}

static void link_and_unlink(struct joist_actor *self, joist_term args)
{
	joist_pid linked = joist_spawn(self, "test:wait", args);
	joist_pid unlinked = joist_spawn(self, "test:wait", args);
	joist_ref monitor = joist_monitor(self, unlinked);

	CHECK(!joist_trap_exit(self, true));
	joist_link(self, linked);
	joist_link(self, linked); /* once is enough */
	joist_link(self, joist_self(self));
	joist_link(self, unlinked);
	joist_unlink(self, unlinked);
	joist_send(self, unlinked, joist_make(self, "gone"));
	CHECK_STR(stage_down(self, monitor), "gone");
	joist_send(self, linked, joist_make(self, "over"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', ^Linked, over}", &linked));
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
	CHECK(joist_trap_exit(self, false));
}

static void monitor_both_ways(struct joist_actor *self, joist_term args)
{
	joist_pid other = joist_spawn(self, "test:wait", args);
	joist_atom node = joist_node(self);

	CHECK(joist_register(self, "other", other));
	joist_ref by_pid = joist_monitor(self, other), by_name = joist_monitor(self, "other");
	joist_send(self, other, joist_make(self, "over"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, ^Pid, over}",
				  &by_pid, &other));
	CHECK(joist_receive_match(self, JOIST_INFINITY,
				  "{'DOWN', ^Ref, process, {other, ^Node}, over}", &by_name,
				  &node));
	CHECK_STR(stage_down(self, joist_monitor(self, other)), "noproc");
	CHECK_STR(stage_down(self, joist_monitor(self, "other")), "noproc");
}

static void demonitor_in_time(struct joist_actor *self, joist_term args)
{
	joist_pid other = joist_spawn(self, "test:wait", args);
	joist_ref early = joist_monitor(self, other), late = joist_monitor(self, other);
	joist_ref last = joist_monitor(self, other);

	CHECK(joist_demonitor(self, early));
	CHECK(!joist_demonitor(self, early));
	joist_send(self, other, joist_make(self, "over"));
	CHECK_STR(stage_down(self, last), "over");
	while (joist_is_alive(self, other))
		joist_yield(self);
	CHECK(!joist_demonitor_flush(self, late));
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

static void take_alias_back(struct joist_actor *self, joist_term args)
{
	joist_ref alias = joist_alias(self);

	joist_send_to(self, alias, args);
	CHECK(joist_match(joist_receive(self), "[]"));
	CHECK(joist_unalias(self, alias));
	CHECK(!joist_unalias(self, alias));
	joist_send_to(self, alias, args);
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

static void end_oneself(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_exit_to(self, joist_self(self), joist_make(self, "enough"));
	joist_exit(self, joist_make(self, "still_there"));
}

static void exit_to_self(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "end_oneself", args), "enough");
}

static void name_and_unname(struct joist_actor *self, joist_term args)
{
	joist_pid me = joist_self(self);

	(void)args;
	CHECK(joist_pid_is_none(joist_whereis(self, "it")));
	CHECK(joist_register(self, "it", me));
	CHECK(!joist_register(self, "it", me));
	CHECK(!joist_register(self, "that", me)); /* who has a name gets no other */
	CHECK(!joist_register(self, "none", (joist_pid){ 0 }));
	CHECK(joist_pid_equal(joist_whereis(self, "it"), me));
	CHECK(joist_unregister(self, "it"));
	CHECK(!joist_unregister(self, "it"));
	CHECK(joist_pid_is_none(joist_whereis(self, "it")));
	CHECK(joist_register(self, "that", me));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(wait),
	STAGE_LOOP(link_and_unlink),
	STAGE_LOOP(monitor_both_ways),
	STAGE_LOOP(demonitor_in_time),
	STAGE_LOOP(take_alias_back),
	STAGE_LOOP(end_oneself),
	STAGE_LOOP(exit_to_self),
	STAGE_LOOP(name_and_unname),
	{ 0 },
};

TEST_LEAK_FREE(links_tell_until_they_are_undone)
{
	stage_run(exports, 2, "link_and_unlink");
}

TEST_LEAK_FREE(monitors_are_by_pid_or_name)
{
	stage_run(exports, 2, "monitor_both_ways");
}

TEST_LEAK_FREE(monitors_are_taken_back)
{
	stage_run(exports, 1, "demonitor_in_time");
}

TEST_LEAK_FREE(aliases_are_taken_back)
{
	stage_run(exports, 1, "take_alias_back");
}

TEST_LEAK_FREE(an_exit_to_oneself_acts_at_once)
{
	stage_run(exports, 1, "exit_to_self");
}

TEST_LEAK_FREE(one_name_is_of_one_actor)
{
	stage_run(exports, 1, "name_and_unname");
}
