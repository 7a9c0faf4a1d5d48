/* A plan is made of three parts, each of which adds its steps. All of it is of one turn of one actor, and
 * ends with that. */
#include "loader/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *step_name(enum step_kind kind)
{
	static const char *const names[] = {
		[STEP_LOAD] = "load",	[STEP_UPGRADE] = "upgrade", [STEP_LIMIT] = "limit",
		[STEP_STOP] = "stop",	[STEP_CHANGE] = "change",   [STEP_RESTART] = "restart",
		[STEP_START] = "start", [STEP_CANNOT] = "cannot",
	};

	return names[kind];
}

const char *plan_text(const struct plan *plan, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	int size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	text = joist_alloc(plan->self, (size_t)size + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)size + 1, format, arguments);
	va_end(arguments);
	return text;
}

struct step *plan_add(struct plan *plan, enum step_kind kind, const char *what, const char *about)
{
	struct step *step = joist_alloc(plan->self, sizeof(*step));

	*step = (struct step){ .kind = kind, .what = what, .about = about, .before = plan->last };
	if (plan->last)
		plan->last->next = step;
	else
		plan->first = step;
	plan->last = step;
	return step;
}

bool plan_has(const struct plan *plan, enum step_kind kind)
{
	const struct step *step = plan->first;

	while (step && step->kind != kind)
		step = step->next;
	return step;
}

static void fail(struct plan *plan, const char *line)
{
	plan->error = joist_make(plan->self, "[Line]", joist_binary(plan->self, joist_text(line)));
}

joist_term plan_ask(struct plan *plan, joist_term request)
{
	joist_term reply;

	if (joist_call(plan->self, joist_make(plan->self, "code_server"), request, JOIST_INFINITY,
		       &reply) == JOIST_OK)
		return reply;
	fail(plan, "the node's code_server has ended");
	return (joist_term){ 0 };
}

static bool find_root(struct plan *plan)
{
	joist_term reply;

	if (joist_call(plan->self, joist_make(plan->self, "init"), joist_make(plan->self, "root"),
		       JOIST_INFINITY, &reply) == JOIST_OK &&
	    joist_get_pid(reply, &plan->root))
		return true;
	fail(plan, "the node has no supervision tree");
	return false;
}

bool plan_make(struct plan *plan)
{
	if (!find_root(plan) || !plan_plugins(plan))
		return false;
	plan_node(plan);
	if (plan_tree(plan))
		return true;
	if (joist_is_none(plan->error))
		fail(plan, "the node's supervision tree does not answer");
	return false;
}

/* The lines of a text, none of which is empty. */
static joist_term lines_term(struct joist_actor *self, const char *text)
{
	const char *end = text ? strchr(text, '\n') : NULL;

	if (!text || !*text)
		return joist_nil();
	size_t size = end ? (size_t)(end - text) : strlen(text);
	return joist_cons(self, joist_binary(self, (struct joist_bytes){ text, size }),
			  lines_term(self, end ? end + 1 : NULL));
}

joist_term plan_term(const struct plan *plan)
{
	struct joist_actor *self = plan->self;
	joist_term list = joist_nil();

	for (const struct step *step = plan->last; step; step = step->before)
		list = joist_cons(self,
				  joist_make(self, "#{step => S, what => W, about => A, more => M}",
					     joist_atom_new(step_name(step->kind)),
					     joist_binary(self, joist_text(step->what)),
					     joist_binary(self, joist_text(step->about)),
					     lines_term(self, step->more)),
				  list);
	return list;
}
