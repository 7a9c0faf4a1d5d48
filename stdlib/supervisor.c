/* The supervisor, a server: reads what it is to do and starts its children. What happens when one of them
 * ends is in strategy.c, what others may ask of it in answer.c. */
#include <joist/server.h>
#include <joist/supervisor.h>

#include "answer.h"
#include "away.h"
#include "builtin.h"

#define INTENSITY_MAX 1000000

static JOIST_NORETURN void supervisor_refuse(struct joist_actor *self, const char *what,
					     joist_term value)
{
	joist_exit(self, joist_make(self, "{supervisor_data, {What, Value}}", joist_atom_new(what),
				    value));
}

/* The place of the atom at `key` in `words`, which NULL ends; the first one if there is none. */
static int supervisor_word(struct joist_actor *self, joist_term map, const char *key,
			   const char *const *words, const char *what)
{
	joist_term given = childspec_field(map, key);

	if (joist_is_none(given))
		return 0;
	for (int i = 0; words[i]; i++) {
		if (joist_is_atom(given, words[i]))
			return i;
	}
	supervisor_refuse(self, what, given);
}

static int64_t supervisor_number(struct joist_actor *self, joist_term map, const char *key,
				 int64_t otherwise, int64_t min, int64_t max, const char *what)
{
	joist_term given = childspec_field(map, key);
	int64_t number;

	if (joist_is_none(given))
		return otherwise;
	if (!joist_get_int(given, &number) || number < min || number > max)
		supervisor_refuse(self, what, given);
	return number;
}

static void supervisor_read(struct joist_actor *self, struct supervisor *supervisor, joist_term map)
{
	/* In the order of the enums. */
	static const char *const strategies[] = { "one_for_one", "one_for_all", "rest_for_one",
						  "simple_one_for_one", NULL };
	static const char *const shutdowns[] = { "never", "any_significant", "all_significant",
						 NULL };

	if (joist_type(map) != JOIST_MAP)
		supervisor_refuse(self, "invalid_type", map);
	supervisor->strategy = (enum strategy)supervisor_word(self, map, "strategy", strategies,
							      "invalid_strategy");
	supervisor->auto_shutdown = (enum auto_shutdown)supervisor_word(
		self, map, "auto_shutdown", shutdowns, "invalid_auto_shutdown");
	supervisor->restarts.max = (uint32_t)supervisor_number(self, map, "intensity", 3, 0,
							       INTENSITY_MAX, "invalid_intensity");
	supervisor->restarts.period_ns =
		supervisor_number(self, map, "period_s", 5, 1, UINT32_MAX, "invalid_period") *
		1000000000;
	supervisor->random = (uint64_t)joist_now_ns(self) * 2 + joist_self(self).id * 4 + 1;
}

static void supervisor_read_children(struct joist_actor *self, struct supervisor *supervisor,
				     joist_term list)
{
	bool significant_allowed = supervisor->auto_shutdown != AUTO_SHUTDOWN_NEVER;
	joist_term map, error;

	while (joist_list_next(&list, &map)) {
		struct childspec *spec = childspec_read(self, map, significant_allowed, &error);

		if (!spec)
			joist_exit(self, joist_make(self, "{start_spec, Error}", error));
		if (children_named(&supervisor->children, spec->id))
			joist_exit(self,
				   joist_make(self, "{start_spec, {duplicate_child_name, Id}}",
					      spec->id));
		children_add(self, &supervisor->children, spec);
	}
	if (joist_type(list) != JOIST_NIL)
		supervisor_refuse(self, "invalid_children", list);
}

/* With simple_one_for_one the one specification becomes the pattern. */
static void supervisor_take_pattern(struct joist_actor *self, struct supervisor *supervisor,
				    joist_term list)
{
	struct named_child *only = supervisor->children.first;

	if (!only || only->after)
		supervisor_refuse(self, "bad_start_spec", list);
	supervisor->pattern = only->spec;
	/* They have no ids to be told apart by, and may be a million. */
	supervisor->pattern->options.label = (joist_term){ 0 };
	supervisor->children = (struct children){ 0 };
	joist_free(self, only);
}

static void supervisor_init(struct joist_actor *self, void *state, joist_term args)
{
	struct supervisor *supervisor = state;
	joist_term list = childspec_field(args, "children"), reason;
	struct named_child *failed;

	joist_trap_exit(self, true);
	joist_hold_crashes(self);
	supervisor_read(self, supervisor, args);
	if (joist_is_none(list))
		list = joist_nil();
	supervisor_read_children(self, supervisor, list);
	if (supervisor->strategy == SIMPLE_ONE_FOR_ONE) {
		supervisor_take_pattern(self, supervisor, list);
		return;
	}
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
