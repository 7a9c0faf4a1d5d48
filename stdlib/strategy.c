/* Restarts. A child is in one of three states: running, stopped, or waiting to be started again, be it
 * for its back-off or because its last start failed; a waiting one is found by the pid that it had, and
 * a message {try_again_restart, Pid} ends the wait. Owned by the supervisor, whose turns these are. */
#include "strategy.h"

#include <joist/server.h>
#include <stdio.h>

#include "away.h"
#include "place.h"
#include "tell.h"

/* What each of many children costs their supervisor, so that a million of them are no turn that takes
 * long: those go on on a thread that gets what others leave. */
#define CHILD_REDUCTIONS 20

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
				    struct child *child, bool patient, joist_term *ret_reason)
{
	const struct childspec *spec = supervision_spec(supervisor, child);
	joist_term args = supervisor->pattern ? child->args : spec->args;
	enum childrun_result result;

	/* A child that runs and is not entered could not be stopped. */
	children_reserve(self, &supervisor->children);
	if (spec->node_count)
		away_listen(self, supervisor);
	result = place_start(self, spec, args, child, patient, ret_reason);
	if (result == CHILDRUN_STARTED) {
		child->status = CHILD_RUNNING;
		child->was_away = false;
		child->started_ns = joist_now_ns(self);
		children_put(self, &supervisor->children, child);
	}
	return result;
}

static void strategy_take_out(struct supervisor *supervisor, struct child *child)
{
	if (child->status == CHILD_AWAY)
		children_remove_away(&supervisor->children, child);
	else
		children_remove(&supervisor->children, child);
	child->status = CHILD_STOPPED;
}

void strategy_stop(struct joist_actor *self, struct supervisor *supervisor, struct child *child)
{
	const struct childspec *spec = supervision_spec(supervisor, child);

	if (child->status == CHILD_STOPPED)
		return;
	if (child->status == CHILD_RUNNING)
		childrun_stop(self, spec, child->pid);
	tell_crash(self, child, NULL);
	strategy_take_out(supervisor, child);
	child->attempt = 0;
	child->was_away = false;
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
		joist_bump(self, CHILD_REDUCTIONS);
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
		joist_bump(self, CHILD_REDUCTIONS);
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

/* There is no node to start a child on: it waits for one, and so does what runs only with it. */
static void strategy_miss(struct joist_actor *self, struct supervisor *supervisor,
			  struct child *child)
{
	const struct childspec *spec = supervision_spec(supervisor, child);

	if (!child->was_away && tell_may(self, supervisor))
		joist_log(self, JOIST_NOTICE, "child %s waits for its node", tell_id(self, spec));
	strategy_stop_group(self, supervisor, child);
	away_put(self, supervisor, child);
}

struct named_child *strategy_start_from(struct joist_actor *self, struct supervisor *supervisor,
					struct named_child *from, bool patient,
					joist_term *ret_reason)
{
	while (from) {
		struct named_child *named = from;
		enum childrun_result result = CHILDRUN_STARTED;

		from = named->after;
		if (named->child.status == CHILD_STOPPED)
			result = strategy_start(self, supervisor, &named->child, patient,
						ret_reason);
		if (result == CHILDRUN_AWAY && named->spec->loss != LOSS_GIVE_UP) {
			strategy_miss(self, supervisor, &named->child);
			if (supervisor->strategy != ONE_FOR_ONE)
				return NULL;
		} else if (result == CHILDRUN_FAILED || result == CHILDRUN_AWAY) {
			return named;
		}
		if (result == CHILDRUN_IGNORED && named->spec->restart == RESTART_TEMPORARY)
			strategy_forget(self, supervisor, &named->child);
	}
	return NULL;
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
	const struct childspec *spec = supervision_spec(supervisor, child);
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
	tell_crash(self, child, restart);
	if (!spec->backoff.max_ms) {
		joist_send(self, joist_self(self), message);
		return;
	}
	if (tell_may(self, supervisor))
		joist_log(self, JOIST_NOTICE, "child %s starts again in %lld ms",
			  tell_id(self, spec), (long long)wait_ms);
	joist_send_after(self, wait_ms, joist_self(self), message);
}

static void strategy_restarted(struct joist_actor *self, struct supervisor *supervisor,
			       const struct child *child)
{
	if (tell_may(self, supervisor))
		joist_log(self, JOIST_NOTICE, "child %s was started again as %s",
			  tell_id(self, supervision_spec(supervisor, child)),
			  joist_format(self, joist_pid_term(self, child->pid)));
}

/* Ends the supervisor, as `child`, which is stopped, is not started again. */
static void strategy_give_up(struct joist_actor *self, struct supervisor *supervisor,
			     struct child *child, const char *why)
{
	const struct childspec *spec = supervision_spec(supervisor, child);

	tell_log(self, JOIST_ERROR, spec, child->pid, "not restarted",
		 joist_atom_term(joist_atom_new(why)));
	if (supervisor->pattern || spec->restart == RESTART_TEMPORARY)
		strategy_forget(self, supervisor, child);
	joist_stop(joist_make(self, "shutdown"));
}

/* A child did not start again. */
static void strategy_failed(struct joist_actor *self, struct supervisor *supervisor,
			    struct child *child, joist_term reason)
{
	const struct childspec *spec = supervision_spec(supervisor, child);
	bool away = spec->node_count && joist_is_atom(reason, "noconnection");

	if (away && spec->loss == LOSS_GIVE_UP) {
		strategy_give_up(self, supervisor, child, "noconnection");
	} else if (away) {
		strategy_miss(self, supervisor, child);
	} else {
		if (tell_may(self, supervisor))
			tell_log(self, JOIST_ERROR, spec, child->pid, "did not start again",
				 reason);
		strategy_wait(self, supervisor, child);
	}
}

static void strategy_start_again(struct joist_actor *self, struct supervisor *supervisor,
				 struct child *child)
{
	joist_term reason;
	enum childrun_result result = strategy_start(self, supervisor, child, false, &reason);

	if (result == CHILDRUN_STARTED) {
		strategy_restarted(self, supervisor, child);
	} else if (result == CHILDRUN_FAILED || result == CHILDRUN_AWAY) {
		strategy_failed(self, supervisor, child, reason);
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
				     false, &reason);
	if (child->status == CHILD_RUNNING)
		strategy_restarted(self, supervisor, child);
	if (failed)
		strategy_failed(self, supervisor, &failed->child, reason);
}

/* Restarts a stopped child now, unless that is once too often: then the supervisor ends. A child with a
 * back-off does not count: its waits are what bounds its restarts. */
static void strategy_restart_if_admitted(struct joist_actor *self, struct supervisor *supervisor,
					 struct child *child)
{
	const struct childspec *spec = supervision_spec(supervisor, child);

	if (spec->backoff.max_ms ||
	    restarts_admit(self, &supervisor->restarts, joist_now_ns(self))) {
		tell_crash(self, child, "started");
		strategy_restart(self, supervisor, child);
		return;
	}
	tell_crash(self, child, "gave_up");
	strategy_give_up(self, supervisor, child, "reached_max_restart_intensity");
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
		if (supervision_spec(supervisor, child)->significant)
			return true;
	}
	return false;
}

/* A child has ended for good. */
static void strategy_ended_for_good(struct joist_actor *self, struct supervisor *supervisor,
				    struct child *child)
{
	const struct childspec *spec = supervision_spec(supervisor, child);
	bool significant = spec->significant;

	tell_crash(self, child, NULL);
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
	const struct childspec *spec = supervision_spec(supervisor, child);

	if (joist_now_ns(self) - child->started_ns > spec->backoff.max_ms * 1000000)
		child->attempt = 0;
	strategy_stop_group(self, supervisor, child);
	strategy_wait(self, supervisor, child);
}

/* The connection with the child's node has ended. */
static void strategy_lost(struct joist_actor *self, struct supervisor *supervisor,
			  struct child *child)
{
	const struct childspec *spec = supervision_spec(supervisor, child);
	bool ran = away_may_hurry(self, child);

	if (spec->loss == LOSS_GIVE_UP) {
		strategy_give_up(self, supervisor, child, "noconnection");
		return;
	}
	if (spec->loss == LOSS_ELSEWHERE)
		away_add_stray(self, supervisor, child);
	strategy_stop_group(self, supervisor, child);
	away_put(self, supervisor, child);
	if (ran)
		away_look_now(self);
}

void strategy_look(struct joist_actor *self, struct supervisor *supervisor)
{
	struct children *children = &supervisor->children;
	struct child *child;

	for (size_t left = children->away_count; left && (child = children_take_away(children));
	     left--) {
		const struct childspec *spec = supervision_spec(supervisor, child);

		if (place_is_there(self, spec)) {
			strategy_restart(self, supervisor, child);
		} else if (!away_is_overdue(self, spec, child)) {
			away_put(self, supervisor, child);
		} else {
			strategy_give_up(self, supervisor, child, "noconnection");
			return;
		}
	}
}

void strategy_ended(struct joist_actor *self, struct supervisor *supervisor, struct child *child,
		    joist_term reason)
{
	const struct childspec *spec = supervision_spec(supervisor, child);
	bool normal = strategy_is_normal(reason);

	strategy_take_out(supervisor, child);
	if ((!normal || spec->restart == RESTART_PERMANENT) && tell_may(self, supervisor))
		tell_log(self, normal ? JOIST_NOTICE : JOIST_ERROR, spec, child->pid, "ended",
			 reason);
	if (spec->restart == RESTART_TEMPORARY || (normal && spec->restart == RESTART_TRANSIENT))
		strategy_ended_for_good(self, supervisor, child);
	else if (away_is_lost(spec, child, reason))
		strategy_lost(self, supervisor, child);
	else if (spec->backoff.max_ms)
		strategy_back_off(self, supervisor, child);
	else
		strategy_restart_if_admitted(self, supervisor, child);
}
