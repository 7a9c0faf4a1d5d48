/* Tasks: exported functions that run in actors of their own, for the sake of what they return.
 *
 *   struct joist_task task = joist_task_async(self, "maths:fib", joist_make(self, "[30]"));
 *   ...
 *   if (joist_task_await(self, &task, 5000, &result) == JOIST_OK)
 *           ...
 *
 * A server that does not want to wait takes the messages of a task instead: {Ref, Result} with the ref
 * of struct joist_task when it has a result, and {'DOWN', Ref, process, Pid, Reason} when it ends. */
#ifndef JOIST_TASK_H
#define JOIST_TASK_H

#include <joist/joist.h>

JOIST_BEGIN

/* A task, as the actor that started it knows it; a plain value. */
struct joist_task {
	joist_pid pid;
	joist_ref ref;
};

/* What became of one of many. */
struct joist_task_result {
	enum joist_result result;
	joist_term
		term; /* what it returned, or why it ended without returning; none if it still runs */
};

/* Runs "plugin:function" with the terms of the list `args` in a new actor, linked to the caller or, in
 * the second form, not.
 * [actor] borrows name; a function that does not exist ends the task with reason undef */
JOIST_PUBLIC struct joist_task joist_task_async(struct joist_actor *self, const char *name,
						joist_term args);
JOIST_PUBLIC struct joist_task joist_task_async_nolink(struct joist_actor *self, const char *name,
						       joist_term args);

/* Waits until a task has ended: JOIST_OK with what it returned, JOIST_DOWN with why it ended without
 * returning, or JOIST_TIMEOUT: then it still runs and may be awaited again. A task that has been
 * awaited to its end is over.
 * [actor, yields] `ret_term` may be NULL */
JOIST_PUBLIC enum joist_result joist_task_await(struct joist_actor *self,
						const struct joist_task *task, int64_t timeout_ms,
						joist_term *ret_term);

/* As joist_task_await for `count` tasks, together for at most `timeout_ms`. How many were JOIST_OK.
 * [actor, yields] writes all of `results` */
JOIST_PUBLIC size_t joist_task_await_many(struct joist_actor *self, const struct joist_task *tasks,
					  size_t count, int64_t timeout_ms,
					  struct joist_task_result *results);

/* As joist_task_await with no time to wait.
 * [actor] `ret_term` may be NULL */
JOIST_PUBLIC enum joist_result joist_task_yield(struct joist_actor *self,
						const struct joist_task *task,
						joist_term *ret_term);

/* Ends a task: asks it to, and kills it after `timeout_ms`. JOIST_OK if it had returned before, else
 * JOIST_DOWN.
 * [actor, yields] `ret_term` may be NULL */
JOIST_PUBLIC enum joist_result joist_task_shutdown(struct joist_actor *self,
						   const struct joist_task *task,
						   int64_t timeout_ms, joist_term *ret_term);

JOIST_END

#endif
