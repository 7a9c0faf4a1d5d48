/* The answers of a supervisor to OTP's requests. Owned by the supervisor, whose turns these are. */
#include "answer.h"

#include "specification.h"

static joist_term answer_error(struct joist_actor *self, const char *word)
{
	return joist_make(self, "{error, Word}", joist_atom_new(word));
}

static joist_term answer_started(struct joist_actor *self, const struct child *child)
{
	return joist_make(self, "{ok, Pid}", child->pid);
}

/* The args of a new child of the pattern: what was asked for, behind what the pattern has. */
static joist_term answer_args(struct joist_actor *self, joist_term pattern, joist_term given)
{
	int64_t size = joist_list_size(pattern);
	joist_term *items, args = given;

	if (size <= 0)
		return given;
	items = joist_alloc(self, (size_t)size * sizeof(*items));
	for (int64_t i = 0; i < size; i++)
		joist_list_next(&pattern, &items[i]);
	while (size--)
		args = joist_cons(self, items[size], args);
	joist_free(self, items);
	return args;
}

static joist_term answer_start_dynamic(struct joist_actor *self, struct supervisor *supervisor,
				       joist_term given)
{
	struct child *child = joist_alloc(self, sizeof(*child));
	joist_term args = answer_args(self, supervisor->pattern->args, given);
	joist_term reason;
	enum childrun_result result;

	child->args = joist_keep(self, args);
	result = strategy_start(self, supervisor, child, true, &reason);
	if (result == CHILDRUN_STARTED) {
		if (supervisor->pattern->restart == RESTART_TEMPORARY) {
			joist_drop(self, child->args);
			child->args = joist_nil();
		}
		return answer_started(self, child);
	}
	joist_report_crash(self, (joist_pid){ 0 }, NULL);
	strategy_forget(self, supervisor, child);
	if (result == CHILDRUN_IGNORED)
		return joist_make(self, "{ok, undefined}");
	return joist_make(self, "{error, Reason}", reason);
}

static joist_term answer_present(struct joist_actor *self, const struct named_child *named)
{
	if (named->child.status != CHILD_RUNNING)
		return answer_error(self, "already_present");
	return joist_make(self, "{error, {already_started, Pid}}", named->child.pid);
}

/* The answer to a start or restart of a child with a specification; one that failed to start for the
 * first time, or is temporary and did not want to run, is not kept. */
static joist_term answer_start_named(struct joist_actor *self, struct supervisor *supervisor,
				     struct named_child *named, bool is_new)
{
	bool temporary = named->spec->restart == RESTART_TEMPORARY;
	joist_term reason;

	switch (strategy_start(self, supervisor, &named->child, true, &reason)) {
	case CHILDRUN_STARTED:
		return answer_started(self, &named->child);
	case CHILDRUN_IGNORED:
		if (temporary)
			strategy_forget(self, supervisor, &named->child);
		return joist_make(self, "{ok, undefined}");
	case CHILDRUN_FAILED:
	case CHILDRUN_AWAY:
		joist_report_crash(self, (joist_pid){ 0 }, NULL);
		if (is_new)
			strategy_forget(self, supervisor, &named->child);
		break;
	}
	return joist_make(self, "{error, Reason}", reason);
}

static joist_term answer_start_child(struct joist_actor *self, struct supervisor *supervisor,
				     joist_term given)
{
	struct named_child *named;
	struct childspec *spec;
	joist_term error;

	if (supervisor->pattern)
		return answer_start_dynamic(self, supervisor, given);
	spec = childspec_read(self, given, supervisor->auto_shutdown != AUTO_SHUTDOWN_NEVER,
			      &error);
	if (!spec)
		return joist_make(self, "{error, Error}", error);
	named = children_named(&supervisor->children, spec->id);
	if (named) {
		childspec_free(self, spec);
		return answer_present(self, named);
	}
	named = children_add(self, &supervisor->children, spec);
	return answer_start_named(self, supervisor, named, true);
}

static joist_term answer_terminate_child(struct joist_actor *self, struct supervisor *supervisor,
					 joist_term id)
{
	struct child *child = NULL;
	joist_pid pid;

	if (!supervisor->pattern)
		child = (struct child *)children_named(&supervisor->children, id);
	else if (joist_get_pid(id, &pid))
		child = children_find(&supervisor->children, pid);
	else
		return answer_error(self, "simple_one_for_one");
	if (!child)
		return answer_error(self, "not_found");
	strategy_stop(self, supervisor, child);
	return joist_make(self, "ok");
}

/* Why a child of that id can be neither restarted nor deleted; none if it can. */
static joist_term answer_why_not(struct joist_actor *self, const struct supervisor *supervisor,
				 const struct named_child *named)
{
	if (supervisor->pattern)
		return answer_error(self, "simple_one_for_one");
	if (!named)
		return answer_error(self, "not_found");
	if (named->child.status == CHILD_RUNNING)
		return answer_error(self, "running");
	if (named->child.status == CHILD_WAITING || named->child.status == CHILD_AWAY)
		return answer_error(self, "restarting");
	return (joist_term){ 0 };
}

static joist_term answer_restart_child(struct joist_actor *self, struct supervisor *supervisor,
				       joist_term id)
{
	struct named_child *named = children_named(&supervisor->children, id);
	joist_term why_not = answer_why_not(self, supervisor, named);

	if (!joist_is_none(why_not))
		return why_not;
	return answer_start_named(self, supervisor, named, false);
}

static joist_term answer_delete_child(struct joist_actor *self, struct supervisor *supervisor,
				      joist_term id)
{
	struct named_child *named = children_named(&supervisor->children, id);
	joist_term why_not = answer_why_not(self, supervisor, named);

	if (!joist_is_none(why_not))
		return why_not;
	strategy_forget(self, supervisor, &named->child);
	return joist_make(self, "ok");
}

static joist_term answer_get_childspec(struct joist_actor *self,
				       const struct supervisor *supervisor, joist_term id)
{
	const struct named_child *named = children_named(&supervisor->children, id);
	const struct childspec *spec = named ? named->spec : supervisor->pattern;

	if (!spec)
		return answer_error(self, "not_found");
	return joist_make(self, "{ok, Spec}", spec->kept);
}

static joist_term answer_shown(struct joist_actor *self, const struct supervisor *supervisor,
			       const struct child *child)
{
	const struct childspec *spec = supervision_spec(supervisor, child);
	joist_term id = supervisor->pattern ? joist_make(self, "undefined") : spec->id;
	joist_term type =
		spec->supervisor ? joist_make(self, "supervisor") : joist_make(self, "worker");
	joist_term what = joist_make(self, "undefined");

	if (child->status == CHILD_RUNNING)
		what = joist_pid_term(self, child->pid);
	else if (child->status == CHILD_WAITING || child->status == CHILD_AWAY)
		what = joist_make(self, "restarting");
	return joist_make(self, "{Id, What, Type, [Plugin]}", id, what, type, spec->plugin);
}

static joist_term answer_which_children(struct joist_actor *self,
					const struct supervisor *supervisor)
{
	joist_term list = joist_nil();
	const struct named_child *named = supervisor->children.first;
	const struct child *child = NULL;

	for (; named; named = named->after)
		list = joist_cons(self, answer_shown(self, supervisor, &named->child), list);
	if (!supervisor->pattern)
		return list;
	while ((child = children_next(&supervisor->children, child)))
		list = joist_cons(self, answer_shown(self, supervisor, child), list);
	for (child = supervisor->children.away; child; child = child->chain)
		list = joist_cons(self, answer_shown(self, supervisor, child), list);
	return list;
}

static joist_term answer_count_children(struct joist_actor *self,
					const struct supervisor *supervisor)
{
	const struct named_child *named = supervisor->children.first;
	const struct child *child = NULL;
	uint64_t specs = supervisor->pattern ? 1 : 0, active = 0, supervisors = 0, all = 0;

	while ((child = children_next(&supervisor->children, child)))
		active += child->status == CHILD_RUNNING;
	for (; named; named = named->after) {
		specs++;
		all++;
		supervisors += named->spec->supervisor;
	}
	if (supervisor->pattern) {
		all = supervisor->children.count + supervisor->children.away_count;
		supervisors = supervisor->pattern->supervisor ? all : 0;
	}
	return joist_make(self, "[{specs, A}, {active, B}, {supervisors, C}, {workers, D}]", specs,
			  active, supervisors, all - supervisors);
}

joist_term answer_request(struct joist_actor *self, struct supervisor *supervisor,
			  joist_term request)
{
	joist_term what;

	if (joist_match(request, "{start_child, Spec}", &what))
		return answer_start_child(self, supervisor, what);
	if (joist_match(request, "{terminate_child, Id}", &what))
		return answer_terminate_child(self, supervisor, what);
	if (joist_match(request, "{restart_child, Id}", &what))
		return answer_restart_child(self, supervisor, what);
	if (joist_match(request, "{delete_child, Id}", &what))
		return answer_delete_child(self, supervisor, what);
	if (joist_match(request, "{get_childspec, Id}", &what))
		return answer_get_childspec(self, supervisor, what);
	if (joist_is_atom(request, "which_children"))
		return answer_which_children(self, supervisor);
	if (joist_is_atom(request, "count_children"))
		return answer_count_children(self, supervisor);
	if (joist_is_atom(request, "get_specification"))
		return joist_make(self, "{ok, Map}", specification_get(self, supervisor));
	if (joist_match(request, "{set_specification, Map}", &what))
		return specification_set(self, supervisor, what);
	return joist_make(self, "{error, {unknown_request, Request}}", request);
}
