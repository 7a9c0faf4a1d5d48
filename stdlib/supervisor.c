/* The supervisor, a server: reads what it is to do and starts its children. What happens when one of them
 * ends is in strategy.c, what others may ask of it in answer.c. */
#include <joist/server.h>
#include <joist/supervisor.h>

#include "answer.h"
#include "away.h"
#include "builtin.h"
#include "specification.h"

static void supervisor_init(struct joist_actor *self, void *state, joist_term args)
{
	struct supervisor *supervisor = state;
	struct named_child *failed;
	joist_term reason;

	joist_trap_exit(self, true);
	joist_hold_crashes(self);
	if (!specification_read(self, supervisor, args, &reason))
		joist_exit(self, reason);
	supervisor->random = (uint64_t)joist_now_ns(self) * 2 + joist_self(self).id * 4 + 1;
	failed = strategy_start_from(self, supervisor, supervisor->children.first, true, &reason);
	if (!failed)
		return;
	joist_report_crash(self, (joist_pid){ 0 }, "gave_up");
	reason = joist_make(self, "{shutdown, {failed_to_start_child, Id, Reason}}",
			    failed->spec->id, reason);
	joist_log(self, JOIST_ERROR, "supervisor ends: %s", joist_format(self, reason));
	strategy_stop_all(self, supervisor);
	joist_exit(self, reason);
}

static joist_term supervisor_call(struct joist_actor *self, void *state, joist_term request)
{
	return answer_request(self, state, request);
}

static void supervisor_cast(struct joist_actor *self, void *state, joist_term message)
{
	struct supervisor *supervisor = state;
	joist_atom when;
	joist_pid pid;

	if (joist_match(message, "{try_again_restart, Pid}", &pid)) {
		strategy_try_again(self, supervisor, pid);
	} else if (joist_match(message, "{look, When}", &when)) {
		if (joist_is_atom(joist_atom_term(when), "later"))
			supervisor->looks_later = false;
		strategy_look(self, supervisor);
	} else if (joist_match(message, "{kill, Pid}", &pid)) {
		childrun_kill(self, pid);
	}
}

static void supervisor_info(struct joist_actor *self, void *state, joist_term message)
{
	struct supervisor *supervisor = state;
	struct child *child;
	joist_term reason;
	joist_pid pid;
	joist_atom node;

	if (joist_match(message, "{nodeup, Node}", &node))
		away_nodeup(self, supervisor, node);
	if (!joist_match(message, "{'EXIT', Pid, Reason}", &pid, &reason))
		return;
	child = children_find(&supervisor->children, pid);
	if (child && child->status == CHILD_RUNNING)
		strategy_ended(self, supervisor, child, reason);
}

static void supervisor_terminate(struct joist_actor *self, void *state, joist_term reason)
{
	(void)reason;
	strategy_stop_all(self, state);
}

static const struct joist_server supervisor = {
	.state_size = sizeof(struct supervisor),
	.init = supervisor_init,
	.call = supervisor_call,
	.cast = supervisor_cast,
	.info = supervisor_info,
	.terminate = supervisor_terminate,
};

static const struct joist_export supervisor_exports[] = { JOIST_SERVER(supervisor) };

const struct joist_plugin supervisor_plugin = JOIST_BUILTIN("supervisor", supervisor_exports);
