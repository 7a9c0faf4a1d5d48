/* joist plan and apply: a boot script for a node that runs. The node does it all (code_apply.c); a path is
 * as this program would open it, so the node must see the same files. */
#include "loader/verb.h"

#include <stdio.h>
#include <string.h>

#include <joist/joist.h>

#include "loader/far_ask.h"

/* So long an answer is waited for: children may take their time to stop and to start. The node goes on
 * also without anybody who waits. */
#define ANSWER_MS 60000

static const char *deadline;
static int64_t deadline_ms;

static void print_step(joist_term step)
{
	struct joist_bytes what, about, line;
	joist_term lines, one;
	joist_atom kind;

	if (!joist_match(step, "#{step := S, what := W, about := A, more := M}", &kind, &what,
			 &about, &lines))
		return;
	printf("%s\t%.*s\t%.*s\n", (const char *)joist_atom_name(kind).data, (int)what.size,
	       (const char *)what.data, (int)about.size, (const char *)about.data);
	while (joist_list_next(&lines, &one)) {
		if (joist_get_bytes(one, &line))
			printf("\t%.*s\n", (int)line.size, (const char *)line.data);
	}
}

static void tell(struct joist_actor *self, joist_term answer)
{
	joist_term steps = { 0 }, lines, step;

	if (joist_is_none(answer))
		return;
	if (joist_match(answer, "{error, Lines}", &lines)) {
		far_tell(lines);
	} else if (!joist_match(answer, "{ok, Steps}", &steps) || far_given.json) {
		far_done(self, joist_is_none(steps) ? answer : steps);
	} else {
		if (joist_type(steps) == JOIST_NIL)
			puts("no difference");
		while (joist_list_next(&steps, &step))
			print_step(step);
		far_printed();
	}
}

static void plan_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);

	tell(self, far_apply(self, &q, joist_make(self, "{code, plan, [File]}", q.request)));
}

static void apply_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);

	tell(self, far_apply(self, &q,
			     joist_make(self, "{code, apply, [File, Deadline]}", q.request,
					deadline_ms)));
}

static enum verb_result ask(char **arguments,
			    void (*body)(struct joist_actor *self, joist_term args))
{
	enum verb_result result = VERB_FAILED;
	struct text text = { 0 };

	if (!far_given.timeout_ms)
		far_given.timeout_ms = deadline_ms + ANSWER_MS;
	if (far_path(&text, arguments[1]))
		result = far_ask(arguments[0], text.data, body);
	text_finish(&text);
	return result;
}

static enum verb_result plan(int count, char **arguments)
{
	(void)count;
	return ask(arguments, plan_body);
}

static enum verb_result apply(int count, char **arguments)
{
	(void)count;
	if (!options_ms(deadline, 5000, &deadline_ms)) {
		fprintf(stderr,
			"joist: error: --deadline is \"%s\"; write a time such as 5s or 500ms\n",
			deadline);
		return VERB_MISUSED;
	}
	return ask(arguments, apply_body);
}

static const struct option plan_options[] = { FAR_OPTIONS };

static const struct option apply_options[] = {
	{ "--deadline", OPTION_TEXT, &deadline, "TIME",
	  "how long the actors of each upgrade may take (5s)", 0, 0 },
	FAR_OPTIONS
};

const struct verb verb_plan = {
	.name = "plan",
	.arguments = "NODE BOOT.json",
	.about = "Says what would make a running node what a boot script says, and does nothing.",
	.options = plan_options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = plan,
};

const struct verb verb_apply = {
	.name = "apply",
	.arguments = "NODE BOOT.json",
	.about = "Makes a running node what a boot script says: all of it, or nothing.",
	.options = apply_options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = apply,
};
