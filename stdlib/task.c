/* Tasks. The actor "task:run" applies the function, sends the result, and ends; as signals keep their
 * order, whoever sees its DOWN has the result in the mailbox, if there is one. The tag of the result is
 * the monitor's reference, which only exists once the task does: it is told by a first message. */
#include <joist/task.h>

#include "builtin.h"

static void run(struct joist_actor *self, joist_term args)
{
	joist_term list, result;
	struct joist_bytes name;
	joist_pid owner;
	joist_ref ref;

	if (!joist_match(args, "{Owner, Name, List}", &owner, &name, &list))
		joist_exit(self, joist_make(self, "badarg"));
	joist_receive_match(self, JOIST_INFINITY, "{'$task', Ref}", &ref);
	result = joist_apply(self, name.data, list);
	joist_send(self, owner, joist_make(self, "{Ref, Result}", ref, result));
}

static struct joist_task task_start(struct joist_actor *self, const char *name, joist_term args,
				    bool link)
{
	struct joist_spawn_options options = { .link = link, .monitor = true };
	/* With its last zero, so that it is a C string on the other side. */
	struct joist_bytes text = { name, joist_text(name).size + 1 };
	struct joist_task task;

	task.pid = joist_spawn_with(self, "task:run",
				    joist_make(self, "{Owner, Name, Args}", joist_self(self), text,
					       args),
				    &options, &task.ref);
	joist_send(self, task.pid, joist_make(self, "{'$task', Ref}", task.ref));
	return task;
}

struct joist_task joist_task_async(struct joist_actor *self, const char *name, joist_term args)
{
	return task_start(self, name, args, true);
}

struct joist_task joist_task_async_nolink(struct joist_actor *self, const char *name,
					  joist_term args)
{
	return task_start(self, name, args, false);
}

enum joist_result joist_task_await(struct joist_actor *self, const struct joist_task *task,
				   int64_t timeout_ms, joist_term *ret_term)
{
	enum joist_result result = JOIST_DOWN;
	joist_term term, reason;

	if (!joist_receive_match(self, timeout_ms, "{'DOWN', ^Ref, process, _, Reason}", &task->ref,
				 &reason))
		return JOIST_TIMEOUT;
	if (joist_receive_match(self, 0, "{^Ref, Result}", &task->ref, &term))
		result = JOIST_OK;
	if (ret_term)
		*ret_term = result == JOIST_OK ? term : reason;
	return result;
}

enum joist_result joist_task_yield(struct joist_actor *self, const struct joist_task *task,
				   joist_term *ret_term)
{
	return joist_task_await(self, task, 0, ret_term);
}

size_t joist_task_await_many(struct joist_actor *self, const struct joist_task *tasks, size_t count,
			     int64_t timeout_ms, struct joist_task_result *results)
{
	int64_t end_ns = joist_now_ns(self) + timeout_ms * 1000000;
	size_t ok = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t left_ms = timeout_ms;

		if (timeout_ms != JOIST_INFINITY) {
			left_ms = (end_ns - joist_now_ns(self) + 999999) / 1000000;
			left_ms = left_ms > 0 ? left_ms : 0;
		}
		results[i].term = (joist_term){ 0 };
		results[i].result = joist_task_await(self, &tasks[i], left_ms, &results[i].term);
		ok += results[i].result == JOIST_OK;
	}
	return ok;
}

enum joist_result joist_task_shutdown(struct joist_actor *self, const struct joist_task *task,
				      int64_t timeout_ms, joist_term *ret_term)
{
	enum joist_result result;

	joist_unlink(self, task->pid);
	joist_exit_to(self, task->pid, joist_make(self, "shutdown"));
	result = joist_task_await(self, task, timeout_ms, ret_term);
	if (result != JOIST_TIMEOUT)
		return result;
	joist_exit_to(self, task->pid, joist_make(self, "kill"));
	return joist_task_await(self, task, JOIST_INFINITY, ret_term);
}

static const struct joist_export task_exports[] = { JOIST_ACTOR(run) };

const struct joist_plugin task_plugin = JOIST_BUILTIN("task", task_exports);
