/* Starting actors: ties, options, and starts that are waited for. */
#include <joist/actor.h>
#include <joist/timer.h>

#include "test/harness.h"
#include "test/stage.h"

static void echo(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	if (joist_match(args, "To", &to))
		joist_send(self, to, joist_pid_term(self, joist_parent(self)));
	joist_exit(self, joist_receive(self));
}

static void spawn_plainly(struct joist_actor *self, joist_term args)
{
	joist_pid me = joist_self(self), parent;
	joist_pid other = joist_spawn(self, "test:echo", joist_pid_term(self, me));

	(void)args;
	CHECK(joist_match(joist_receive(self), "Parent", &parent));
	CHECK(joist_pid_equal(parent, me));
	joist_exit_to(self, other, joist_make(self, "kill"));
}

static void spawn_tied(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options both = { .link = true, .monitor = true };
	joist_ref monitor;

	joist_trap_exit(self, true);
	joist_pid other = joist_spawn_link(self, "test:echo", args);
	joist_send(self, other, joist_make(self, "one"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', ^Pid, one}", &other));
	other = joist_spawn_monitor(self, "test:echo", args, &monitor);
	joist_send(self, other, joist_make(self, "two"));
	CHECK_STR(stage_down(self, monitor), "two");
	other = joist_spawn_with(self, "test:echo", args, &both, &monitor);
	joist_send(self, other, joist_make(self, "three"));
	CHECK_STR(stage_down(self, monitor), "three");
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', ^Pid, three}", &other));
	joist_spawn_link(self, "test:missing", args);
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', _, undef}"));
	CHECK_STR(stage_end_of(self, "missing", args), "undef");
}

static void spawn_with_options(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .priority = JOIST_PRIORITY_LOW,
					       .name = "echo",
					       .label = joist_make(self, "{some, \"label\"}"),
					       .stack_bytes = 256 * 1024,
					       .monitor = true };
	joist_ref monitor;
	joist_pid other = joist_spawn_with(self, "test:echo", args, &options, NULL);

	CHECK(joist_pid_equal(joist_whereis(self, "echo"), other));
	CHECK(joist_match(joist_info(self, other), "#{priority := low, registered_name := echo, "
						   "label := {some, \"label\"}}"));
	joist_spawn_with(self, "test:echo", args, &options, &monitor); /* the name is taken */
	CHECK_STR(stage_down(self, monitor), "badarg");
	joist_send(self, other, joist_make(self, "over"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, ^Pid, over}",
				  &other));
}

static size_t no_state(const void *data)
{
	(void)data;
	return 0;
}

/* Does in its first turn what its argument says. */
static void handler_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	if (joist_match(args, "wait"))
		joist_sleep(self, JOIST_INFINITY);
	if (!joist_match(args, "run"))
		joist_exit(self, args);
}

static void handler_message(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	joist_exit(self, message);
}

static const struct joist_handler handler = { .size = sizeof(handler),
					      .state_size = no_state,
					      .start = handler_start,
					      .message = handler_message };

static void start_and_wait(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .link = true, .name = "started" };
	joist_term run = joist_make(self, "run"), reason;

	joist_pid pid = joist_start(self, "test:handler", run, &options, JOIST_INFINITY, &reason);
	CHECK(!joist_pid_is_none(pid) && joist_is_alive(self, pid));
	joist_unlink(self, pid);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, joist_monitor(self, pid)), "noproc");
	pid = joist_start(self, "test:echo", args, NULL, JOIST_INFINITY, NULL);
	CHECK(!joist_pid_is_none(pid));
	joist_send(self, pid, args);
}

/* Who waited too long is linked no more when the other is killed. */
static void fail_to_start(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .link = true, .name = "started" };
	joist_term reason, why = joist_make(self, "{no, way}"), wait = joist_make(self, "wait");

	CHECK(joist_pid_is_none(
		joist_start(self, "test:handler", why, NULL, JOIST_INFINITY, &reason)));
	CHECK(joist_match(reason, "{no, way}"));
	CHECK(joist_pid_is_none(
		joist_start(self, "test:missing", args, NULL, JOIST_INFINITY, &reason)));
	CHECK(joist_match(reason, "undef"));
	CHECK(joist_pid_is_none(joist_start(self, "test:handler", wait, &options, 1, &reason)));
	CHECK(joist_match(reason, "timeout"));
	while (!joist_pid_is_none(joist_whereis(self, "started")))
		joist_yield(self); /* it has been killed */
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

static void wrong_name(struct joist_actor *self, joist_term args)
{
	joist_spawn(self, "nocolon", args);
}

static void wrong_option(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_policy = "guess" };

	joist_spawn_with(self, "test:echo", args, &options, NULL);
}

static void be_wrong(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "wrong_name", args), "{badarg,<<\"joist_spawn\">>}");
	CHECK_STR(stage_end_of(self, "wrong_option", args), "{badarg,<<\"joist_spawn_with\">>}");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(echo),
	STAGE_LOOP(spawn_plainly),
	STAGE_LOOP(spawn_tied),
	STAGE_LOOP(spawn_with_options),
	STAGE_HANDLER(handler),
	STAGE_LOOP(start_and_wait),
	STAGE_LOOP(fail_to_start),
	STAGE_LOOP(wrong_name),
	STAGE_LOOP(wrong_option),
	STAGE_LOOP(be_wrong),
	{ 0 },
};

TEST_LEAK_FREE(an_actor_knows_its_parent)
{
	stage_run(exports, 1, "spawn_plainly");
}

TEST_LEAK_FREE(ties_are_there_from_the_start)
{
	stage_run(exports, 2, "spawn_tied");
}

TEST_LEAK_FREE(options_are_heeded)
{
	stage_run(exports, 2, "spawn_with_options");
}

TEST_LEAK_FREE(a_start_is_waited_for)
{
	stage_run(exports, 2, "start_and_wait");
}

TEST_LEAK_FREE(a_start_that_fails_tells_why)
{
	stage_run(exports, 2, "fail_to_start");
}

TEST_LEAK_FREE(wrong_arguments_end_the_actor)
{
	stage_run(exports, 1, "be_wrong");
}
