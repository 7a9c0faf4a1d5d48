/* Looking at other actors. */
#include <joist/actor.h>

#include "test/harness.h"
#include "test/stage.h"

static void wait(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_trap_exit(self, true);
	joist_receive_match(self, JOIST_INFINITY, "stop");
}

static void look_at_living(struct joist_actor *self, joist_term args)
{
	joist_pid me = joist_self(self), other = joist_spawn_link(self, "test:wait", args);
	int64_t reductions, memory;

	joist_monitor(self, other);
	CHECK(joist_register(self, "other", other));
	stage_let_wait(self, other);
	joist_send(self, other, args); /* an answer includes what came before the question */
	joist_send(self, other, args);
	joist_term info = joist_info(self, other);
	CHECK(joist_match(info, "#{message_queue_len := 2, trap_exit := true, priority := normal, "
				"registered_name := other, label := undefined, monitors := []}"));
	CHECK(joist_match(info,
			  "#{current_function := {test, wait, 1}, links := [^Linked], "
			  "monitored_by := [^Monitor]}",
			  &me, &me));
	CHECK(joist_match(info, "#{reductions := Reductions, memory := Memory}", &reductions,
			  &memory));
	CHECK(reductions > 0 && memory > 0);
	joist_send(self, other, joist_make(self, "stop"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, ^Pid, normal}",
				  &other));
}

static void look_at_self(struct joist_actor *self, joist_term args)
{
	joist_pid other = joist_spawn(self, "test:wait", args);

	joist_monitor(self, other);
	joist_label(self, joist_make(self, "{my, label}"));
	joist_priority(self, JOIST_PRIORITY_HIGH);
	joist_term info = joist_info(self, joist_self(self));
	CHECK(joist_match(info,
			  "#{status := running, label := {my, label}, priority := high, "
			  "registered_name := [], monitors := [{process, ^Pid}]}",
			  &other));
	joist_exit_to(self, other, joist_make(self, "kill"));
}

static void look_at_dead(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	joist_pid other = joist_spawn_monitor(self, "test:wait", args, &monitor);

	CHECK(joist_is_alive(self, joist_self(self)));
	CHECK(joist_is_alive(self, other));
	joist_exit_to(self, other, joist_make(self, "kill"));
	CHECK(!joist_is_alive(self, other)); /* signals keep their order */
	CHECK_STR(stage_down(self, monitor), "killed");
	CHECK(joist_is_none(joist_info(self, other)));
	CHECK(!joist_is_alive(self, (joist_pid){ 0 }));
	CHECK(joist_is_none(joist_info(self, (joist_pid){ 0 })));
}

static bool is_listed(struct joist_actor *self, joist_pid pid)
{
	joist_term list = joist_actors(self), item;
	joist_pid each;

	while (joist_list_next(&list, &item))
		if (joist_get_pid(item, &each) && joist_pid_equal(each, pid))
			return true;
	return false;
}

static void list_all(struct joist_actor *self, joist_term args)
{
	joist_pid other = joist_spawn(self, "test:wait", args);

	CHECK(is_listed(self, joist_self(self)));
	CHECK(is_listed(self, other));
	joist_exit_to(self, other, joist_make(self, "kill"));
	while (is_listed(self, other))
		joist_yield(self);
	CHECK(!joist_is_alive(self, other));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(wait),	  STAGE_LOOP(look_at_living), STAGE_LOOP(look_at_self),
	STAGE_LOOP(look_at_dead), STAGE_LOOP(list_all),	      { 0 },
};

TEST_LEAK_FREE(the_living_tell_of_themselves)
{
	stage_run(exports, 2, "look_at_living");
}

TEST_LEAK_FREE(an_actor_may_look_at_itself)
{
	stage_run(exports, 1, "look_at_self");
}

TEST_LEAK_FREE(the_dead_tell_nothing)
{
	stage_run(exports, 2, "look_at_dead");
}

TEST_LEAK_FREE(lists_hold_who_lives)
{
	stage_run(exports, 2, "list_all");
}
