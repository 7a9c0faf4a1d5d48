/* The actor that makes a plan, and carries it out. It is nobody's child and has all it needs: who has asked
 * may go. All of it is one turn, to whose terms the plan's steps belong. A step that fails is taken back,
 * and then those before it, from the last one on. */
#include "loader/code_apply.h"

#include <string.h>

#include "loader/node_limits.h"
#include "loader/plan.h"
#include "loader/script_again.h"
#include "loader/tree.h"

#define NAME "code_apply"

struct apply {
	struct joist_actor *self;
	struct live *live;
	struct plan plan;
	int64_t deadline_ms;
	joist_term lines; /* what went wrong, the last line first */
};

static void say(struct apply *a, const char *line)
{
	a->lines = joist_cons(a->self, joist_binary(a->self, joist_text(line)), a->lines);
}

/* ---- plugins ---- */

/* What is wrong, of {error, Lines or Text} or whatever else an answer is. */
static const char *reason_of(struct apply *a, joist_term answer)
{
	struct joist_bytes text;
	joist_term why, line;

	if (!joist_match(answer, "{_, Why}", &why))
		why = answer;
	if (joist_match(why, "[Line]", &line))
		why = line;
	if (joist_get_bytes(why, &text))
		return plan_text(&a->plan, "%.*s", (int)text.size, (const char *)text.data);
	return joist_format(a->self, why);
}

/* NULL if the answer is {ok, _}, else what is wrong. */
static const char *ask(struct apply *a, joist_term request)
{
	joist_term answer = plan_ask(&a->plan, request);

	if (joist_is_none(answer))
		return "code_server has ended";
	return joist_match(answer, "{ok, _}") ? NULL : reason_of(a, answer);
}

static const char *load(struct apply *a, const struct step *step)
{
	return ask(a, joist_make(a->self, "{load, File, Config}",
				 joist_binary(a->self, joist_text(step->file)), step->config));
}

static const char *upgrade(struct apply *a, const struct step *step)
{
	return ask(a,
		   joist_make(a->self, "{upgrade, File, {commit, Deadline, 0, 100, 0, 0}, Config}",
			      joist_binary(a->self, joist_text(step->file)), a->deadline_ms,
			      step->config));
}

static const char *unload(struct apply *a, const struct step *step)
{
	return ask(a, joist_make(a->self, "{unload, Plugin, false}", joist_atom_new(step->what)));
}

static const char *roll_back(struct apply *a, const struct step *step)
{
	return ask(a, joist_make(a->self, "{rollback, Plugin, Deadline}",
				 joist_atom_new(step->what), a->deadline_ms));
}

/* ---- children ---- */

/* NULL if the supervisor's answer is ok, {ok, _} or, as that will do, {error, `also`}. */
static const char *call(struct apply *a, joist_pid supervisor, joist_term request, const char *also)
{
	joist_term answer, why;

	if (joist_call(a->self, supervisor, request, JOIST_INFINITY, &answer) != JOIST_OK)
		return joist_format(a->self, answer);
	if (joist_is_atom(answer, "ok") || joist_match(answer, "{ok, _}") ||
	    (also && joist_match(answer, "{error, Why}", &why) && joist_is_atom(why, also)))
		return NULL;
	return reason_of(a, answer);
}

/* Has the supervisors from `rest` below `path` up to `path` be what they are in `tree`. */
static const char *exchange(struct apply *a, joist_term tree, joist_term path, joist_term rest)
{
	const char *why = NULL;
	joist_term id;

	if (joist_list_next(&rest, &id))
		why = exchange(a, tree, tree_below(a->self, path, id), rest);
	joist_pid pid = tree_pid(a->self, a->plan.root, path);
	if (why || joist_pid_is_none(pid))
		return why;
	return call(a, pid, joist_make(a->self, "{set_specification, Map}", tree_at(tree, path)),
		    NULL);
}

/* Has the tree around the step's child be `tree`, while that does not run. */
static const char *move(struct apply *a, const struct step *step, joist_term tree, bool ends,
			bool starts)
{
	joist_pid supervisor = tree_pid(a->self, a->plan.root, step->path);
	const char *why = NULL;

	if (joist_pid_is_none(supervisor))
		return "its supervisor does not run";
	if (ends)
		why = call(a, supervisor, joist_make(a->self, "{terminate_child, Id}", step->id),
			   "not_found");
	if (!why)
		why = exchange(a, tree, joist_nil(), step->path);
	if (!why && starts)
		why = call(a, supervisor, joist_make(a->self, "{restart_child, Id}", step->id),
			   "running");
	return why;
}

static bool runs(struct apply *a, const struct step *step)
{
	joist_pid supervisor = tree_pid(a->self, a->plan.root, step->path);
	joist_term state = { 0 };

	if (!joist_pid_is_none(supervisor))
		state = tree_state(a->self, supervisor, step->id);
	return !joist_is_none(state) && !joist_is_atom(state, "undefined");
}

/* ---- limits ---- */

/* As that script has it. The options of `joist run` may have set the level, which stays unless it is to
 * change. */
static const char *limit(struct apply *a, const struct step *step, const struct script *script)
{
	if (!strcmp(step->what, "log.level"))
		log_level_set(script->log_level);
	else
		node_limits_set(joist_vm_of(a->self), script);
	return NULL;
}

/* ---- steps ---- */

/* Takes it; NULL, or why that failed. */
static const char *take(struct apply *a, struct step *step)
{
	switch (step->kind) {
	case STEP_LOAD:
		return load(a, step);
	case STEP_UPGRADE:
		return upgrade(a, step);
	case STEP_LIMIT:
		return limit(a, step, a->plan.script);
	case STEP_CHANGE:
		return move(a, step, step->to, false, false);
	case STEP_START:
		return move(a, step, step->to, false, true);
	case STEP_STOP:
	case STEP_RESTART:
		step->ran = runs(a, step);
		return move(a, step, step->to, true, step->kind == STEP_RESTART);
	case STEP_CANNOT:
		break;
	}
	return step->about;
}

static const char *take_back(struct apply *a, const struct step *step)
{
	switch (step->kind) {
	case STEP_LOAD:
		return unload(a, step);
	case STEP_UPGRADE:
		return roll_back(a, step);
	case STEP_LIMIT:
		return limit(a, step, a->plan.old);
	case STEP_CHANGE:
		return move(a, step, step->from, false, false);
	case STEP_START:
		return move(a, step, step->from, true, false);
	case STEP_STOP:
		return move(a, step, step->from, false, step->ran);
	case STEP_RESTART:
		return move(a, step, step->from, true, step->ran);
	case STEP_CANNOT:
		break;
	}
	return NULL;
}

/* Takes back the steps from `step` on to the first; whether all could be. What is of plugins changes
 * nothing when it fails, so one of these that has `failed` is left out. */
static bool restore(struct apply *a, struct step *step, const struct step *failed)
{
	bool all = true;

	for (; step; step = step->before) {
		if (step == failed && step->kind <= STEP_UPGRADE)
			continue;
		const char *why = take_back(a, step);
		if (why)
			say(a, plan_text(&a->plan, "could not be taken back: %s %s: %s",
					 step_name(step->kind), step->what, why));
		else if (step != failed)
			say(a, plan_text(&a->plan, "taken back: %s %s", step_name(step->kind),
					 step->what));
		all = all && !why;
	}
	return all;
}

static joist_term answer_lines(struct apply *a, const char *first)
{
	joist_term lines = joist_nil(), line;

	while (joist_list_next(&a->lines, &line))
		lines = joist_cons(a->self, line, lines);
	lines = joist_cons(a->self, joist_binary(a->self, joist_text(first)), lines);
	return joist_make(a->self, "{error, Lines}", lines);
}

static joist_term fail(struct apply *a, struct step *step, unsigned number, const char *why)
{
	const char *kind = step_name(step->kind);
	bool all = restore(a, step, step);
	const char *first =
		plan_text(&a->plan, "%s: error: step %u, %s %s, failed: %s; %s",
			  a->plan.script->file, number, kind, step->what, why,
			  all ? "all is as before"
			      : "not all could be taken back; see below, and plan again");

	joist_log(a->self, JOIST_ERROR, "%s", first);
	return answer_lines(a, first);
}

static joist_term refuse(struct apply *a)
{
	for (const struct step *step = a->plan.first; step; step = step->next) {
		if (step->kind == STEP_CANNOT)
			say(a,
			    plan_text(&a->plan, "cannot change: %s: %s", step->what, step->about));
	}
	return answer_lines(a, plan_text(&a->plan,
					 "%s: error: asks for what a running node cannot become; "
					 "nothing is done",
					 a->plan.script->file));
}

/* The script is the node's from now on. */
static void adopt(struct apply *a)
{
	struct script *script = (struct script *)a->plan.script;
	struct live *live = a->live;
	bool levels = false;

	for (const struct step *step = a->plan.first; step; step = step->next) {
		levels |= step->kind == STEP_LIMIT && !strcmp(step->what, "log.level");
		if (step->kind > STEP_UPGRADE)
			continue;
		joist_term answer = plan_ask(&a->plan, joist_make(a->self, "{settle, Plugin}",
								  joist_atom_new(step->what)));
		if (!joist_is_none(answer) && !joist_is_atom(answer, "ok"))
			joist_log(a->self, JOIST_WARNING, "%s", reason_of(a, answer));
	}
	if (!levels)
		script->log_level = live->script->log_level;
	script_again_free(live->again);
	live->script = live->again = script;
}

static joist_term carry_out(struct apply *a)
{
	unsigned number = 1;

	if (plan_has(&a->plan, STEP_CANNOT))
		return refuse(a);
	for (struct step *step = a->plan.first; step; step = step->next, number++) {
		const char *why = take(a, step);

		if (why)
			return fail(a, step, number, why);
	}
	joist_log(a->self, JOIST_NOTICE, "%s is applied: %u steps", a->plan.script->file,
		  number - 1);
	return joist_make(a->self, "{ok, Steps}", plan_term(&a->plan));
}

/* ---- the actor ---- */

struct reading {
	const struct live *live;
	char *file;
	struct script *script; /* NULL: it is wrong */
	struct report report;
};

static void read_script(void *argument)
{
	struct reading *r = argument;

	r->script = script_again(r->file, r->live->places, &r->report);
}

static void free_script(void *script)
{
	script_again_free(script);
}

static joist_term act(struct apply *a, struct script *script, bool applies)
{
	a->plan = (struct plan){
		.self = a->self, .script = script, .old = a->live->script, .looks = !applies
	};
	a->lines = joist_nil();
	if (!plan_make(&a->plan))
		return joist_make(a->self, "{error, Lines}", a->plan.error);
	if (!applies)
		return joist_make(a->self, "{ok, Steps}", plan_term(&a->plan));
	return carry_out(a);
}

static joist_term act_on(struct apply *a, struct joist_bytes path, bool applies)
{
	struct reading r = { .live = a->live, .file = joist_alloc(a->self, path.size + 1) };

	memcpy(r.file, path.data, path.size);
	joist_blocking(a->self, read_script, &r);
	if (!r.script)
		return code_error(a->self, &r.report);
	report_finish(&r.report);
	joist_defer(a->self, free_script, r.script);
	joist_term answer = act(a, r.script, applies);
	if (applies && joist_match(answer, "{ok, _}")) {
		joist_undefer(a->self, free_script, r.script);
		adopt(a);
	}
	return answer;
}

void code_applier(struct joist_actor *self, joist_term args)
{
	struct apply a = { .self = self, .live = (struct live *)joist_export_data(self) };
	joist_term from, answer;
	struct joist_bytes path;

	if (joist_match(args, "{From, {plan, File}}", &from, &path))
		answer = act_on(&a, path, false);
	else if (joist_match(args, "{From, {apply, File, Deadline}}", &from, &path, &a.deadline_ms))
		answer = act_on(&a, path, true);
	else
		return;
	joist_unregister(self, NAME);
	joist_reply(self, from, answer);
}

joist_term code_apply(struct joist_actor *self, joist_term from, joist_term request)
{
	/* Whatever limit the node has is not for a tree that has grown large. */
	const struct joist_spawn_options named = { .name = NAME, .memory_bytes_max = UINT64_MAX };

	if (!joist_pid_is_none(joist_whereis(self, NAME)) ||
	    joist_pid_is_none(joist_spawn_with(self, "code_server:applier",
					       joist_make(self, "{From, Request}", from, request),
					       &named, NULL)))
		return joist_make(
			self, "{error, [Line]}",
			joist_binary(self, joist_text("another plan is made or applied; try again "
						      "when that is done")));
	return (joist_term){ 0 };
}
