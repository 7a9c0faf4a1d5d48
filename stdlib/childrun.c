/* One child of a supervisor. A child that unlinked itself must not make its supervisor wait for good, so
 * ends are awaited by a monitor. */
#include "childrun.h"

/* Who has the name, and is to keep it. One whose end is under way, as that of the children of a supervisor
 * that was killed, has heard of it before it answers. */
static joist_pid holder(struct joist_actor *self, const char *name)
{
	joist_pid pid = joist_whereis(self, name);

	if (!joist_pid_is_none(pid) && joist_is_none(joist_info(self, pid)))
		pid = joist_whereis(self, name);
	return pid;
}

enum childrun_result childrun_start(struct joist_actor *self, const struct childspec *spec,
				    joist_atom node, joist_term args, joist_pid *ret_pid,
				    joist_term *ret_reason)
{
	struct joist_spawn_options options = spec->options;
	joist_term reason;
	joist_pid pid;

	options.node = node;
	if (spec->name && node.word == joist_node(self).word) {
		pid = holder(self, spec->name);
		if (!joist_pid_is_none(pid)) {
			*ret_reason = joist_make(self, "{already_started, Pid}", pid);
			return CHILDRUN_FAILED;
		}
	}
	pid = joist_start(self, spec->start, args, &options, spec->start_ms, &reason);
	if (!joist_pid_is_none(pid)) {
		*ret_pid = pid;
		return CHILDRUN_STARTED;
	}
	if (joist_is_atom(reason, "normal"))
		return CHILDRUN_IGNORED;
	*ret_reason = reason;
	return CHILDRUN_FAILED;
}

void childrun_kill(struct joist_actor *self, joist_pid pid)
{
	joist_exit_to(self, pid, joist_make(self, "kill"));
}

joist_ref childrun_ask(struct joist_actor *self, const struct childspec *spec, joist_pid pid)
{
	joist_ref monitor = joist_monitor(self, pid);

	/* On another node, one that has been unlinked and not yet told would outlive the connection. */
	if (!pid.node)
		joist_unlink(self, pid);
	if (spec->shutdown_ms == CHILDSPEC_BRUTAL_KILL)
		childrun_kill(self, pid);
	else
		joist_exit_to(self, pid, joist_make(self, "shutdown"));
	return monitor;
}

void childrun_stop(struct joist_actor *self, const struct childspec *spec, joist_pid pid)
{
	joist_ref monitor = childrun_ask(self, spec, pid);
	int64_t wait_ms = spec->shutdown_ms;

	if (wait_ms == CHILDSPEC_BRUTAL_KILL)
		wait_ms = JOIST_INFINITY;
	if (joist_receive_match(self, wait_ms, "{'DOWN', ^Monitor, _, _, _}", &monitor))
		return;
	childrun_kill(self, pid);
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Monitor, _, _, _}", &monitor);
}
