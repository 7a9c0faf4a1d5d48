/* Starting actors. */
#include "vm/sched/spawn.h"

#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/heap.h"
#include "vm/vm.h"

static joist_pid parent_seen;

static void wait_forever(struct joist_actor *self, joist_term args)
{
	(void)args;
	parent_seen = joist_parent(self);
	joist_receive_match(self, JOIST_INFINITY, "stop");
}

static void end_with(struct joist_actor *self, joist_term args)
{
	joist_exit(self, args);
}

/* ---- what does not exist ---- */

static void spawn_unknown(struct joist_actor *self, joist_term args)
{
	static const char *const names[] = { "test:unknown", "unknown:wait_forever", "a:b:c" };
	joist_term reason;

	(void)args;
	joist_trap_exit(self, true);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		joist_ref monitor;
		joist_pid pid = joist_spawn_monitor(self, names[i], joist_nil(), &monitor);
		CHECK(!joist_pid_is_none(pid));
		CHECK(!strncmp(stage_down(self, monitor), "undef", 5));
		pid = joist_spawn_link(self, names[i], joist_nil());
		CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', ^Pid, _}", &pid));
		joist_spawn(self, names[i], joist_nil());
		pid = joist_start(self, names[i], joist_nil(), NULL, JOIST_INFINITY, &reason);
		CHECK(joist_pid_is_none(pid));
		CHECK(!strncmp(joist_format(self, reason), "undef", 5));
	}
	CHECK(!joist_receive_match(self, 0, "_"));
}

static void spawn_without_colon(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_spawn(self, "wait_forever", joist_nil());
}

static void spawn_with_wrong_priority(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .priority = (enum joist_priority)9 };

	joist_spawn_with(self, "test:wait_forever", args, &options, NULL);
}

static void spawn_with_wrong_policy(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_policy = "perhaps" };

	joist_spawn_with(self, "test:wait_forever", args, &options, NULL);
}

static void spawn_wrongly(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(stage_end_of(self, "spawn_without_colon", joist_nil()),
		  "{badarg,<<\"joist_spawn\">>}");
	CHECK_STR(stage_end_of(self, "spawn_with_wrong_priority", joist_nil()),
		  "{badarg,<<\"joist_spawn_with\">>}");
	CHECK_STR(stage_end_of(self, "spawn_with_wrong_policy", joist_nil()),
		  "{badarg,<<\"joist_spawn_with\">>}");
}

/* ---- options ---- */

static void check_named(struct joist_actor *self, const char *name, const char *reason)
{
	struct joist_spawn_options options = { .monitor = true, .name = name };
	joist_ref monitor;

	joist_spawn_with(self, "test:wait_forever", joist_nil(), &options, &monitor);
	CHECK_STR(stage_down(self, monitor), reason);
}

static void spawn_named(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .monitor = true, .name = "named" };
	char long_name[300];
	joist_ref monitor;

	(void)args;
	joist_pid pid =
		joist_spawn_with(self, "test:wait_forever", joist_nil(), &options, &monitor);
	CHECK(joist_pid_equal(joist_whereis(self, "named"), pid)); /* before it runs */
	check_named(self, "named", "badarg");
	CHECK(joist_pid_equal(joist_whereis(self, "named"), pid));
	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	check_named(self, long_name, "badarg");
	check_named(self, "undefined", "badarg");
	check_named(self, "undefined", "badarg");
	joist_send(self, pid, joist_make(self, "stop"));
	CHECK_STR(stage_down(self, monitor), "normal");
	CHECK(joist_pid_is_none(joist_whereis(self, "named")));
}

static void use_much_stack(struct joist_actor *self, joist_term args)
{
	volatile char large[400 * 1024];

	(void)self, (void)args;
	for (size_t i = 0; i < sizeof(large); i += 1000)
		large[i] = 1;
	CHECK(large[1000] == 1);
}

static void use_much_memory(struct joist_actor *self, joist_term args)
{
	if (joist_is_atom(args, "alloc")) {
		for (;;)
			joist_alloc(self, 10000);
	}
	if (joist_is_atom(args, "keep")) {
		for (;;)
			joist_keep(self, joist_make(self, "{1, 2, 3, 4}"));
	}
	joist_term list = joist_nil();
	for (;;)
		list = joist_cons(self, joist_nil(), list);
}

static void check_limited(struct joist_actor *self, joist_term how)
{
	struct joist_spawn_options options = { .monitor = true, .memory_bytes_max = 500000 };
	joist_ref monitor;

	joist_spawn_with(self, "test:use_much_memory", how, &options, &monitor);
	CHECK_STR(stage_down(self, monitor), "{limit,memory}");
}

static void spawn_with_options(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .monitor = true, .stack_bytes = 600 * 1024 };
	joist_ref monitor;
	joist_term info;

	(void)args;
	joist_spawn_with(self, "test:use_much_stack", joist_nil(), &options, &monitor);
	CHECK_STR(stage_down(self, monitor), "normal");
	check_limited(self, joist_make(self, "alloc"));
	check_limited(self, joist_make(self, "keep"));
	check_limited(self, joist_make(self, "build"));
	options = (struct joist_spawn_options){
		.link = true,
		.priority = JOIST_PRIORITY_LOW,
		.label = joist_make(self, "{a, <<\"label\">>}"),
	};
	joist_pid pid = joist_spawn_with(self, "test:wait_forever", joist_nil(), &options, NULL);
	info = joist_info(self, pid);
	CHECK(joist_match(info, "#{label := {a, <<\"label\">>}, priority := low, links := [_]}"));
	CHECK(joist_pid_equal(parent_seen, joist_self(self)));
	joist_unlink(self, pid);
	joist_exit_to(self, pid, joist_make(self, "kill"));
}

/* ---- starts ---- */

static void handler_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	if (joist_is_atom(args, "wait"))
		CHECK(joist_receive_match(self, JOIST_INFINITY, "go"));
	if (joist_is_atom(args, "register"))
		joist_register(self, "started", joist_self(self));
	if (joist_is_atom(args, "normal") || joist_is_atom(args, "bad"))
		joist_exit(self, args);
}

static void handler_message(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	joist_exit(self, message);
}

static const struct joist_handler handler = {
	.size = sizeof(struct joist_handler),
	.start = handler_start,
	.message = handler_message,
};

static void start_and_wait(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options linked = { .link = true };
	joist_term reason = joist_nil();

	(void)args;
	joist_trap_exit(self, true);
	joist_pid pid = joist_start(self, "test:handler", joist_make(self, "register"), &linked,
				    JOIST_INFINITY, &reason);
	CHECK(joist_pid_equal(joist_whereis(self, "started"), pid));
	joist_send(self, pid, joist_make(self, "end"));
	CHECK(joist_match(joist_receive(self), "{'EXIT', ^Pid, 'end'}", &pid));
	CHECK(joist_pid_is_none(joist_start(self, "test:handler", joist_make(self, "bad"), NULL,
					    JOIST_INFINITY, &reason)));
	CHECK(joist_is_atom(reason, "bad"));
	CHECK(joist_pid_is_none(joist_start(self, "test:handler", joist_make(self, "normal"), NULL,
					    1000, &reason)));
	CHECK(joist_is_atom(reason, "normal"));
	CHECK(joist_pid_is_none(
		joist_start(self, "test:handler", joist_make(self, "wait"), &linked, 5, &reason)));
	CHECK(joist_is_atom(reason, "timeout"));
	CHECK(joist_pid_is_none(
		joist_start(self, "test:handler", joist_make(self, "wait"), NULL, 0, NULL)));
	CHECK(!joist_receive_match(self, 0, "_")); /* nothing of any of them */
	/* A loop has started when it begins. */
	pid = joist_start(self, "test:wait_forever", joist_nil(), NULL, JOIST_INFINITY, NULL);
	CHECK(joist_is_alive(self, pid));
	joist_exit_to(self, pid, joist_make(self, "kill"));
}

/* ---- no memory ---- */

/* Whichever request for memory fails: those who are tied hear, and the caller goes on. */
static void lack_memory(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .link = true, .monitor = true, .name = "short" };
	bool failed = true;
	joist_ref monitor;

	(void)args;
	joist_trap_exit(self, true);
	for (int nth = 1; failed; nth++) {
		joist_term args_of = joist_make(self, "{1, [2.5]}");
		heap_fail(nth, false);
		joist_pid pid =
			joist_spawn_with(self, "test:end_with", args_of, &options, &monitor);
		heap_fail(0, false);
		CHECK(!joist_pid_is_none(pid));
		joist_term reason;
		CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^M, process, _, Reason}",
					  &monitor, &reason));
		failed = joist_is_atom(reason, "system_limit");
		CHECK(failed || joist_equal(reason, args_of));
		CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', _, Reason}", &reason));
		CHECK_INT(failed, joist_is_atom(reason, "system_limit"));
		CHECK(joist_pid_is_none(joist_whereis(self, "short")));
	}
	for (int nth = 1; nth < 20; nth++) {
		heap_fail(nth, false);
		joist_pid pid =
			joist_start(self, "test:handler", joist_nil(), &options, 1000, NULL);
		heap_fail(0, false);
		if (!joist_pid_is_none(pid))
			joist_exit_to(self, pid, joist_make(self, "kill"));
		joist_receive_match(self, 1000, "{'EXIT', _, _}");
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(wait_forever),
	STAGE_LOOP(end_with),
	STAGE_LOOP(spawn_unknown),
	STAGE_LOOP(spawn_without_colon),
	STAGE_LOOP(spawn_with_wrong_priority),
	STAGE_LOOP(spawn_with_wrong_policy),
	STAGE_LOOP(spawn_wrongly),
	STAGE_LOOP(spawn_named),
	STAGE_LOOP(use_much_stack),
	STAGE_LOOP(use_much_memory),
	STAGE_LOOP(spawn_with_options),
	STAGE_HANDLER(handler),
	STAGE_LOOP(start_and_wait),
	STAGE_LOOP(lack_memory),
	{ 0 },
};

TEST_LEAK_FREE(what_does_not_exist_ends_with_undef)
{
	stage_run(exports, 1, "spawn_unknown");
	stage_run(exports, 2, "spawn_unknown");
}

TEST_LEAK_FREE(wrong_arguments_end_the_caller)
{
	stage_run(exports, 1, "spawn_wrongly");
}

TEST_LEAK_FREE(names_are_given_before_it_runs)
{
	stage_run(exports, 1, "spawn_named");
	stage_run(exports, 2, "spawn_named");
}

TEST_LEAK_FREE(options_hold)
{
	stage_run(exports, 1, "spawn_with_options");
}

TEST_LEAK_FREE(a_start_waits_for_the_first_turn)
{
	stage_run(exports, 1, "start_and_wait");
	stage_run(exports, 2, "start_and_wait");
}

TEST(without_memory_the_ties_tell)
{
	stage_run(exports, 1, "lack_memory");
}
