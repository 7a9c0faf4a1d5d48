/* Tasks: functions in actors of their own. */
#include <joist/task.h>

#include "test/unit/stdlib/yard.h"

static joist_term twice(struct joist_actor *self, joist_term n)
{
	int64_t value = 0;

	joist_get_int(n, &value);
	return joist_int(self, 2 * value);
}

static joist_term slow(struct joist_actor *self, joist_term ms, joist_term result)
{
	int64_t value = 0;

	joist_get_int(ms, &value);
	joist_sleep(self, value);
	return result;
}

static joist_term fail(struct joist_actor *self, joist_term why)
{
	joist_exit(self, why);
}

/* Starts a task and ends. */
static void parent(struct joist_actor *self, joist_term args)
{
	struct joist_task task = joist_task_async(self, "t:slow", yard_term(self, "[100000, x]"));

	(void)args;
	joist_send_to(self, "watcher", joist_make(self, "{task, Pid}", task.pid));
	joist_exit(self, joist_make(self, "oops"));
}

const struct joist_export yard_exports[] = {
	JOIST_FUN(twice, 1), JOIST_FUN(slow, 2), JOIST_FUN(fail, 1), JOIST_ACTOR(parent), { 0 }
};

YARD_TEST(await_gives_what_the_function_returned)
{
	struct joist_task task = joist_task_async(self, "t:twice", yard_term(self, "[21]"));
	joist_term result;

	CHECK_INT(joist_task_await(self, &task, 1000, &result), JOIST_OK);
	joist_test_match(self, result, "42");
	joist_test_refuse(self, 10, "_");
}

YARD_TEST(await_may_be_too_early)
{
	struct joist_task task = joist_task_async(self, "t:slow", yard_term(self, "[1000, done]"));
	joist_term result;

	CHECK_INT(joist_task_yield(self, &task, &result), JOIST_TIMEOUT);
	CHECK_INT(joist_task_await(self, &task, 500, &result), JOIST_TIMEOUT);
	CHECK_INT(joist_task_await(self, &task, 600, &result), JOIST_OK);
	joist_test_match(self, result, "done");
}

YARD_TEST(a_task_that_exits_is_down)
{
	struct joist_task task = joist_task_async_nolink(self, "t:fail", yard_term(self, "[why]"));
	joist_term reason;

	CHECK_INT(joist_task_await(self, &task, 1000, &reason), JOIST_DOWN);
	joist_test_match(self, reason, "why");
	task = joist_task_async_nolink(self, "t:nothing", joist_nil());
	CHECK_INT(joist_task_await(self, &task, 1000, &reason), JOIST_DOWN);
	joist_test_match(self, reason, "undef");
}

YARD_TEST(a_linked_task_ends_its_owner)
{
	struct joist_task task;

	joist_trap_exit(self, true);
	task = joist_task_async(self, "t:fail", yard_term(self, "[why]"));
	joist_test_expect(self, 1000, "{'EXIT', ^Pid, why}", &task.pid);
}

YARD_TEST(a_task_ends_with_its_owner)
{
	joist_pid task;
	joist_ref ref;

	joist_register(self, "watcher", joist_self(self));
	joist_spawn(self, "t:parent", joist_nil());
	joist_test_expect(self, 1000, "{task, Task}", &task);
	ref = joist_monitor(self, task);
	joist_test_expect(self, 1000, "{'DOWN', ^Ref, process, _, _}", &ref);
}

YARD_TEST(many_are_awaited_together)
{
	struct joist_task tasks[20];
	struct joist_task_result results[20];
	int64_t before = joist_now_ns(self), value;

	for (int64_t i = 0; i < 20; i++)
		tasks[i] = joist_task_async(self, "t:slow",
					    joist_make(self, "[Ms, I]", i < 18 ? 100 - i : 900, i));
	CHECK_INT(joist_task_await_many(self, tasks, 20, 500, results), 18);
	CHECK_INT((joist_now_ns(self) - before) / 1000000, 500);
	for (int64_t i = 0; i < 18; i++) {
		CHECK_INT(results[i].result, JOIST_OK);
		CHECK(joist_get_int(results[i].term, &value) && value == i);
	}
	CHECK_INT(results[18].result, JOIST_TIMEOUT);
	CHECK_INT(joist_task_await_many(self, tasks + 18, 2, JOIST_INFINITY, results), 2);
}

YARD_TEST(shutdown_ends_a_task)
{
	struct joist_task task = joist_task_async(self, "t:slow", yard_term(self, "[90000, x]"));
	joist_term term;

	CHECK_INT(joist_task_shutdown(self, &task, 1000, &term), JOIST_DOWN);
	joist_test_match(self, term, "shutdown");
	task = joist_task_async(self, "t:twice", yard_term(self, "[1]"));
	joist_sleep(self, 10);
	CHECK_INT(joist_task_shutdown(self, &task, 1000, &term), JOIST_OK);
	joist_test_match(self, term, "2");
}

YARD_TEST(messages_instead_of_await)
{
	struct joist_task task = joist_task_async(self, "t:twice", yard_term(self, "[4]"));

	joist_test_expect(self, 1000, "{^Ref, 8}", &task.ref);
	joist_test_expect(self, 1000, "{'DOWN', ^Ref, process, ^Pid, normal}", &task.ref,
			  &task.pid);
}
