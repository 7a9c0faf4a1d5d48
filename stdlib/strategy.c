/* Restarts. A child is in one of three states: running, stopped, or waiting to be started again, be it
 * for its back-off or because its last start failed; a waiting one is found by the pid that it had, and
 * a message {try_again_restart, Pid} ends the wait. Owned by the supervisor, whose turns these are. */
#include "strategy.h"

#include <joist/option.h>
#include <joist/server.h>
#include <stdio.h>

#define LINES_PER_S 20
#define NS_PER_S INT64_C(1000000000)

/* A child's id for people: one from the boot script without <<"">>. */
static const char *strategy_id(struct joist_actor *self, const struct childspec *spec)
{
	struct joist_bytes bytes;
	const char *text = NULL;

	if (joist_get_bytes(spec->id, &bytes))
		text = joist_c_string(self, spec->id);
	return text ? text : joist_format(self, spec->id);
}

/* A reason for people: of a fault only the kind, as its crash report has all the rest. */
static const char *strategy_reason(struct joist_actor *self, joist_term reason)
{
	joist_term kind;

	if (joist_match(reason, "{fault, Kind, _}", &kind))
		reason = joist_make(self, "{fault, Kind, '...'}", kind);
	return joist_format(self, reason);
}

static void strategy_log(struct joist_actor *self, enum joist_log_level level,
			 const struct childspec *spec, joist_pid pid, const char *what,
			 joist_term reason)
{
	joist_log(self, level, "child %s %s %s: %s", strategy_id(self, spec),
		  joist_format(self, joist_pid_term(self, pid)), what,
		  strategy_reason(self, reason));
}

/* Whether to log one more end or restart of a child: a busy supervisor shall not be held up by its log. */
static bool strategy_may_log(struct joist_actor *self, struct supervisor *supervisor)
{
	int64_t now_ns = joist_now_ns(self);
	uint32_t skipped = supervisor->lines_skipped;

	if (now_ns - supervisor->lines_since_ns >= NS_PER_S) {
		supervisor->lines_since_ns = now_ns;
		supervisor->lines = supervisor->lines_skipped = 0;
		if (skipped)
			joist_log(self, JOIST_NOTICE,
				  "%u more ends and restarts of children are not in the log",
				  (unsigned)skipped);
	}
	if (supervisor->lines < LINES_PER_S) {
		supervisor->lines++;
		return true;
	}
	supervisor->lines_skipped++;
	return false;
}

/* Says in the crash report of the child that has just ended, or did not start, what becomes of it. */
static void strategy_tell(struct joist_actor *self, const struct child *child, const char *restart)
{
	joist_report_crash(self, child->pid, restart);
	joist_report_crash(self, (joist_pid){ 0 }, restart);
}

void strategy_forget(struct joist_actor *self, struct supervisor *supervisor, struct child *child)
{
	if (!supervisor->pattern) {
		children_delete(self, &supervisor->children, (struct named_child *)child);
		return;
	}
	joist_drop(self, child->args);
	joist_free(self, child);
}

enum childrun_result strategy_start(struct joist_actor *self, struct supervisor *supervisor,
				    struct child *child, joist_term *ret_reason)
{
	const struct childspec *spec = strategy_spec(supervisor, child);
	joist_term args = supervisor->pattern ? child->args : spec->args;
	enum childrun_result result;

	/* A child that runs and is not entered could not be stopped. */
	children_reserve(self, &supervisor->children);
	result = childrun_start(self, spec, args, &child->pid, ret_reason);
	if (result == CHILDRUN_STARTED) {
		child->status = CHILD_RUNNING;
		child->started_ns = joist_now_ns(self);
		children_put(self, &supervisor->children, child);
	}
	return result;
}

struct named_child *strategy_start_from(struct joist_actor *self, struct supervisor *supervisor,
					struct named_child *from, joist_term *ret_reason)
{
	while (from) {
		struct named_child *named = from;
		enum childrun_result result = CHILDRUN_STARTED;

		from = named->after;
		if (named->child.status == CHILD_STOPPED)
			result = strategy_start(self, supervisor, &named->child, ret_reason);
		if (result == CHILDRUN_FAILED)
			return named;
		if (result == CHILDRUN_IGNORED && named->spec->restart == RESTART_TEMPORARY)
			strategy_forget(self, supervisor, &named->child);
	}
	return NULL;
}

static void strategy_take_out(struct supervisor *supervisor, struct child *child)
{
	children_remove(&supervisor->children, child);
	child->status = CHILD_STOPPED;
}

void strategy_stop(struct joist_actor *self, struct supervisor *supervisor, struct child *child)
{
	const struct childspec *spec = strategy_spec(supervisor, child);

	if (child->status == CHILD_STOPPED)
		return;
	if (child->status == CHILD_RUNNING)
		childrun_stop(self, spec, child->pid);
	strategy_tell(self, child, NULL);
	strategy_take_out(supervisor, child);
	child->attempt = 0;
	if (supervisor->pattern || spec->restart == RESTART_TEMPORARY)
		strategy_forget(self, supervisor, child);
}

/* Stops all from the last one down to `first`. */
static void strategy_stop_down_to(struct joist_actor *self, struct supervisor *supervisor,
				  const struct named_child *first)
{
	struct named_child *named = supervisor->children.last;
	bool reached = !named;

	while (!reached) {
		struct named_child *before = named->before;

		reached = named == first || !before;
		strategy_stop(self, supervisor, &named->child);
		named = before;
	}
}

/* Waits for the DOWNs of `left` children of a pattern; how many are left when the time is up. */
static size_t strategy_await_all(struct joist_actor *self, struct supervisor *supervisor,
				 size_t left, int64_t wait_ms)
{
	int64_t end_ns = joist_now_ns(self) + wait_ms * 1000000;

	while (left) {
		struct child *child;
		joist_pid pid;

		if (wait_ms != JOIST_INFINITY)
			wait_ms = (end_ns - joist_now_ns(self) + 999999) / 1000000;
		if (wait_ms < JOIST_INFINITY)
			wait_ms = 0;
		if (!joist_receive_match(self, wait_ms, "{'DOWN', _, process, Pid, _}", &pid))
			return left;
		child = children_find(&supervisor->children, pid);
		if (!child)
			continue;
		strategy_take_out(supervisor, child);
		strategy_forget(self, supervisor, child);
		left--;
	}
	return 0;
}

/* All children of a pattern get the time that one has. */
static void strategy_stop_pattern(struct joist_actor *self, struct supervisor *supervisor)
{
	const struct childspec *spec = supervisor->pattern;
	int64_t wait_ms = spec->shutdown_ms;
	struct child *child = NULL;
	size_t left = 0;

	while ((child = children_next(&supervisor->children, child))) {
		if (child->status == CHILD_RUNNING) {
			childrun_ask(self, spec, child->pid);
			left++;
		}
	}
	if (wait_ms == CHILDSPEC_BRUTAL_KILL)
		wait_ms = JOIST_INFINITY;
	left = strategy_await_all(self, supervisor, left, wait_ms);
	if (!left)
		return;
	while ((child = children_next(&supervisor->children, child))) {
		if (child->status == CHILD_RUNNING)
			childrun_kill(self, child->pid);
	}
	strategy_await_all(self, supervisor, left, JOIST_INFINITY);
}

void strategy_stop_all(struct joist_actor *self, struct supervisor *supervisor)
{
	if (supervisor->pattern)
		strategy_stop_pattern(self, supervisor);
	else
		strategy_stop_down_to(self, supervisor, NULL);
}

/* Stops what must not run while `child` does not. */
static void strategy_stop_group(struct joist_actor *self, struct supervisor *supervisor,
				struct child *child)
{
	if (supervisor->strategy == ONE_FOR_ALL)
		strategy_stop_down_to(self, supervisor, NULL);
	else if (supervisor->strategy == REST_FOR_ONE)
		strategy_stop_down_to(self, supervisor, (struct named_child *)child);
}

static uint64_t strategy_random(struct supervisor *supervisor)
{
	supervisor->random ^= supervisor->random << 13;
	supervisor->random ^= supervisor->random >> 7;
	supervisor->random ^= supervisor->random << 17;
	return supervisor->random;
}

/* Has a stopped child started again later: after its back-off, or after what is in the mailbox. */
static void strategy_wait(struct joist_actor *self, struct supervisor *supervisor,
			  struct child *child)
{
	const struct childspec *spec = strategy_spec(supervisor, child);
	joist_term message =
		joist_make(self, "{'$gen_cast', {try_again_restart, Pid}}", child->pid);
	int64_t wait_ms = 0;
	char restart[40];

	children_put(self, &supervisor->children, child);
	child->status = CHILD_WAITING;
	if (spec->backoff.max_ms)
		wait_ms = childspec_backoff_ms(&spec->backoff, child->attempt++,
					       strategy_random(supervisor));
	snprintf(restart, sizeof(restart), "backoff %lld ms", (long long)wait_ms);
	strategy_tell(self, child, restart);
	if (!spec->backoff.max_ms) {
		joist_send(self, joist_self(self), message);
		return;
	}
	if (strategy_may_log(self, supervisor))
		joist_log(self, JOIST_NOTICE, "child %s starts again in %lld ms",
			  strategy_id(self, spec), (long long)wait_ms);
	joist_send_after(self, wait_ms, joist_self(self), message);
}

static void strategy_restarted(struct joist_actor *self, struct supervisor *supervisor,
			       const struct child *child)
{
	if (strategy_may_log(self, supervisor))
		joist_log(self, JOIST_NOTICE, "child %s was started again as %s",
			  strategy_id(self, strategy_spec(supervisor, child)),
			  joist_format(self, joist_pid_term(self, child->pid)));
}

static void strategy_start_again(struct joist_actor *self, struct supervisor *supervisor,
				 struct child *child)
{
	joist_term reason;
	enum childrun_result result = strategy_start(self, supervisor, child, &reason);

	if (result == CHILDRUN_STARTED) {
		strategy_restarted(self, supervisor, child);
	} else if (result == CHILDRUN_FAILED) {
		if (strategy_may_log(self, supervisor))
			strategy_log(self, JOIST_ERROR, strategy_spec(supervisor, child),
				     child->pid, "did not start again", reason);
		strategy_wait(self, supervisor, child);
	} else if (result == CHILDRUN_IGNORED && supervisor->pattern) {
		strategy_forget(self, supervisor, child);
	}
}

/* Starts a stopped child, and what runs only with it. */
static void strategy_restart(struct joist_actor *self, struct supervisor *supervisor,
			     struct child *child)
{
	struct named_child *failed;
	joist_term reason;

	if (supervisor->strategy == ONE_FOR_ONE || supervisor->strategy == SIMPLE_ONE_FOR_ONE) {
		strategy_start_again(self, supervisor, child);
		return;
	}
	strategy_stop_group(self, supervisor, child);
	failed = strategy_start_from(self, supervisor,
				     supervisor->strategy == ONE_FOR_ALL
					     ? supervisor->children.first
					     : (struct named_child *)child,
				     &reason);
	if (child->status == CHILD_RUNNING)
		strategy_restarted(self, supervisor, child);
	if (!failed)
		return;
	if (strategy_may_log(self, supervisor))
		strategy_log(self, JOIST_ERROR, failed->spec, failed->child.pid,
			     "did not start again", reason);
	strategy_wait(self, supervisor, &failed->child);
}

/* Restarts a stopped child now, unless that is once too often: then the supervisor ends. A child with a
 * back-off does not count: its waits are what bounds its restarts. */
static void strategy_restart_if_admitted(struct joist_actor *self, struct supervisor *supervisor,
					 struct child *child)
{
	const struct childspec *spec = strategy_spec(supervisor, child);

	if (spec->backoff.max_ms ||
	    restarts_admit(self, &supervisor->restarts, joist_now_ns(self))) {
		strategy_tell(self, child, "started");
		strategy_restart(self, supervisor, child);
		return;
	}
	strategy_tell(self, child, "gave_up");
	strategy_log(self, JOIST_ERROR, spec, child->pid, "not restarted",
		     joist_make(self, "reached_max_restart_intensity"));
	if (supervisor->pattern || spec->restart == RESTART_TEMPORARY)
		strategy_forget(self, supervisor, child);
	joist_stop(joist_make(self, "shutdown"));
}

void strategy_try_again(struct joist_actor *self, struct supervisor *supervisor, joist_pid pid)
{
	struct child *child = children_find(&supervisor->children, pid);

	if (!child || child->status != CHILD_WAITING)
		return;
	strategy_take_out(supervisor, child);
	strategy_restart_if_admitted(self, supervisor, child);
}

static bool strategy_is_normal(joist_term reason)
{
	return joist_is_atom(reason, "normal") || joist_is_atom(reason, "shutdown") ||
	       joist_match(reason, "{shutdown, _}");
}

static bool strategy_has_significant(const struct supervisor *supervisor)
{
	const struct child *child = NULL;

	while ((child = children_next(&supervisor->children, child))) {
		if (strategy_spec(supervisor, child)->significant)
			return true;
	}
	return false;
}

/* A child has ended for good. */
static void strategy_ended_for_good(struct joist_actor *self, struct supervisor *supervisor,
				    struct child *child)
{
	const struct childspec *spec = strategy_spec(supervisor, child);
	bool significant = spec->significant;

	strategy_tell(self, child, NULL);
	if (supervisor->pattern || spec->restart == RESTART_TEMPORARY)
		strategy_forget(self, supervisor, child);
	if (!significant || supervisor->auto_shutdown == AUTO_SHUTDOWN_NEVER)
		return;
	if (supervisor->auto_shutdown == AUTO_SHUTDOWN_ANY_SIGNIFICANT ||
	    !strategy_has_significant(supervisor))
		joist_stop(joist_make(self, "shutdown"));
}

/* One that ran for longer than its longest back-off starts from the shortest again. */
static void strategy_back_off(struct joist_actor *self, struct supervisor *supervisor,
			      struct child *child)
{
	const struct childspec *spec = strategy_spec(supervisor, child);

	if (joist_now_ns(self) - child->started_ns > spec->backoff.max_ms * 1000000)
		child->attempt = 0;
	strategy_stop_group(self, supervisor, child);
	strategy_wait(self, supervisor, child);
}

void strategy_ended(struct joist_actor *self, struct supervisor *supervisor, struct child *child,
		    joist_term reason)
{
	const struct childspec *spec = strategy_spec(supervisor, child);
	bool normal = strategy_is_normal(reason);

	strategy_take_out(supervisor, child);
	if ((!normal || spec->restart == RESTART_PERMANENT) && strategy_may_log(self, supervisor))
		strategy_log(self, normal ? JOIST_NOTICE : JOIST_ERROR, spec, child->pid, "ended",
			     reason);
	if (spec->restart == RESTART_TEMPORARY || (normal && spec->restart == RESTART_TRANSIENT))
		strategy_ended_for_good(self, supervisor, child);
	else if (spec->backoff.max_ms)
		strategy_back_off(self, supervisor, child);
	else
		strategy_restart_if_admitted(self, supervisor, child);
}
