/* What an actor tells of itself. */
#include "vm/sched/info.h"

#include <joist/timer.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/heap.h"
#include "vm/vm.h"

static void wait_forever(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_receive_match(self, JOIST_INFINITY, "stop");
}

static void run_forever(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_receive(self); /* it has waited once */
	for (;;)
		joist_yield(self);
}

static void no_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)self, (void)state, (void)args;
}

static void wait_in_turn(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	if (joist_is_atom(message, "wait"))
		joist_receive_match(self, JOIST_INFINITY, "go_on");
	if (joist_is_atom(message, "sleep"))
		joist_sleep(self, 1);
}

static const struct joist_handler handler = {
	.size = sizeof(struct joist_handler),
	.start = no_start,
	.message = wait_in_turn,
};

static joist_term get(struct joist_actor *self, joist_pid pid, const char *key)
{
	return joist_map_get(joist_info(self, pid), joist_atom_term(joist_atom_new(key)));
}

static void check(struct joist_actor *self, joist_pid pid, const char *key, const char *value)
{
	CHECK_STR(joist_format(self, get(self, pid, key)), value);
}

static void is_told(struct joist_actor *self, joist_term args)
{
	int64_t number, later;

	(void)args;
	joist_pid pid = joist_spawn_link(self, "test:wait_forever", joist_nil()),
		  me = joist_self(self);
	stage_let_wait(self, pid);
	for (int i = 0; i < 1000; i++)
		check(self, pid, "status", "waiting"); /* questions do not make it run */
	const char *my_pid = joist_format(self, joist_pid_term(self, me));
	check(self, pid, "status", "waiting");
	check(self, pid, "current_function", "{test,wait_forever,1}");
	check(self, pid, "links", joist_format(self, joist_make(self, "[Me]", me)));
	check(self, pid, "registered_name", "[]");
	check(self, pid, "label", "undefined");
	check(self, pid, "priority", "normal");
	check(self, pid, "trap_exit", "false");
	check(self, pid, "monitored_by", "[]");
	for (int i = 0; i < 5; i++)
		joist_send(self, pid, joist_make(self, "{an, other}"));
	check(self, pid, "message_queue_len", "5"); /* what was sent before the question counts */
	joist_register(self, "waiter", pid);
	check(self, pid, "registered_name", "waiter");
	joist_ref monitor = joist_monitor(self, pid);
	check(self, pid, "monitored_by", joist_format(self, joist_make(self, "[Me]", me)));
	check(self, me, "monitors", joist_format(self, joist_make(self, "[{process, Pid}]", pid)));
	joist_demonitor(self, monitor);
	monitor = joist_monitor(self, "waiter");
	check(self, me, "monitors", "[{process,{waiter,nonode@nohost}}]");
	CHECK(joist_get_int(get(self, pid, "memory"), &number));
	CHECK(number >= 5 * 3 * 8);
	joist_alloc(self, 10000);
	CHECK(joist_get_int(get(self, me, "memory"), &number) && number >= 10000);
	CHECK(joist_get_int(get(self, me, "reductions"), &number));
	joist_bump(self, 5000);
	CHECK(joist_get_int(get(self, me, "reductions"), &later) && later >= number + 5000);
	CHECK_INT(joist_priority(self, JOIST_PRIORITY_HIGH), JOIST_PRIORITY_NORMAL);
	check(self, me, "priority", "high");
	joist_trap_exit(self, true);
	check(self, me, "trap_exit", "true");
	joist_label(self, joist_make(self, "{one, 1}"));
	joist_label(self, joist_make(self, "{two, 2}"));
	check(self, me, "label", "{two,2}");
	joist_send(self, pid, joist_make(self, "stop"));
	CHECK_STR(stage_down(self, monitor), "normal");
	CHECK(joist_is_none(joist_info(self, pid)));
	CHECK(joist_is_none(joist_info(self, (joist_pid){ 0 })));
	(void)my_pid;
}

static void status_is_told(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid busy = joist_spawn(self, "test:run_forever", joist_nil());
	joist_send(self, busy, joist_nil());
	joist_yield(self);
	for (int i = 0; i < 3; i++) {
		check(self, busy, "status", "running");
		joist_yield(self);
	}
	joist_exit_to(self, busy, joist_make(self, "kill"));
	joist_pid rests = joist_spawn(self, "test:handler", joist_nil());
	stage_let_wait(self, rests);
	check(self, rests, "status", "waiting");
	joist_send(self, rests, joist_make(self, "wait"));
	check(self, rests, "status", "running"); /* what was sent before the question counts */
	stage_let_wait(self, rests);
	joist_send(self, rests, joist_make(self, "go_on"));
	check(self, rests, "status", "running");
	joist_send(self, rests, joist_make(self, "sleep"));
	stage_let_wait(self, rests);
	check(self, joist_self(self), "status", "running");
}

static void many_ask(struct joist_actor *self, joist_term args)
{
	joist_term list, pid;
	joist_pid about;
	int found = 0;

	(void)args;
	for (int i = 0; i < 100; i++)
		joist_spawn(self, i % 2 ? "test:handler" : "test:wait_forever", joist_nil());
	list = joist_actors(self);
	while (joist_list_next(&list, &pid)) {
		CHECK(joist_get_pid(pid, &about));
		CHECK(joist_is_alive(self, about));
		found += joist_match(get(self, about, "current_function"), "{test, _, 1}");
	}
	CHECK(found >= 102);
}

/* Whichever request fails: an answer, none, or the asker's own end. */
static void ask_without_memory(struct joist_actor *self, joist_term args)
{
	joist_pid pid;

	CHECK(joist_match(args, "{Pid, _}", &pid));
	int64_t nth;
	CHECK(joist_match(args, "{_, N}", &nth));
	heap_fail(nth, false);
	joist_term info = joist_info(self, pid);
	heap_fail(0, false);
	CHECK(joist_is_none(info) || joist_map_size(info) == 14);
}

static void lack_memory(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid pid = joist_spawn(self, "test:wait_forever", joist_nil());
	for (int64_t nth = 1; nth < 30; nth++) {
		stage_end_of(self, "ask_without_memory", joist_make(self, "{P, N}", pid, nth));
		heap_fail(0, false);
		CHECK(joist_is_alive(self, pid));
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(wait_forever), STAGE_LOOP(run_forever),	  STAGE_HANDLER(handler),
	STAGE_LOOP(is_told),	  STAGE_LOOP(status_is_told),	  STAGE_LOOP(many_ask),
	STAGE_LOOP(lack_memory),  STAGE_LOOP(ask_without_memory), { 0 },
};

TEST_LEAK_FREE(all_is_told_in_the_order_of_signals)
{
	stage_run(exports, 1, "is_told");
	stage_run(exports, 2, "is_told");
}

TEST_LEAK_FREE(who_waits_and_who_runs_is_told)
{
	/* With a virtual clock no turn loses its worker for being slow. */
	stage_run_with(exports, &(struct vm_options){ .schedulers = 1, .virtual_clock = true },
		       "status_is_told");
}

TEST_LEAK_FREE(all_actors_are_listed)
{
	stage_run(exports, 2, "many_ask");
}

TEST_LEAK_FREE(a_question_survives_want_of_memory)
{
	stage_run(exports, 1, "lack_memory");
}
