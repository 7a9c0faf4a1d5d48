/* joist upgrade and rollback: having a running node take a plugin's actors to another version of its
 * code. */
#include "loader/verb.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <joist/joist.h>

#include "loader/far_ask.h"

static struct {
	bool plan, dry_run;
	const char *canary, *deadline, *watch;
	int64_t crashes;
} given = { .crashes = 5 };

/* The answer has to come within the deadline and this. */
#define ANSWER_MS 10000

/* ---- what the command line says ---- */

/* "5%", "100" */
static bool read_few(const char *text, long *ret_few, long *ret_percent)
{
	char *rest;

	*ret_few = 0;
	*ret_percent = 100;
	if (!text)
		return true;
	long number = strtol(text, &rest, 10);
	bool percent = !strcmp(rest, "%");
	*(percent ? ret_percent : ret_few) = number;
	if (!percent)
		*ret_percent = 0;
	return rest != text && number > 0 && (percent ? number <= 100 : !*rest);
}

static enum verb_result misuse(const char *option, const char *value, const char *form)
{
	fprintf(stderr, "joist: error: %s is \"%s\"; write %s\n", option, value, form);
	return VERB_MISUSED;
}

/* ---- asking ---- */

static void body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	joist_term answer = far_apply(self, &q, q.request), said;
	struct joist_bytes text;

	if (joist_is_none(answer))
		return;
	bool done = joist_match(answer, "{ok, Said}", &said);
	if (!done && !joist_match(answer, "{error, Said}", &said)) {
		far_failed(self, joist_atom_name(q.node).data, answer);
		return;
	}
	joist_get_bytes(said, &text);
	if (!done)
		fprintf(stderr, "%.*s\n", (int)text.size, (const char *)text.data);
	else if (far_given.json)
		far_done(self, said);
	else if (fwrite(text.data, 1, text.size, stdout) == text.size)
		far_printed();
}

static enum verb_result ask(const char *node, const char *format, const char *text,
			    const char *more, int64_t deadline_ms)
{
	size_t size = strlen(format) + strlen(text) + strlen(more) + 1;
	char *request = malloc(size);
	enum verb_result result = VERB_FAILED;

	if (!far_given.timeout_ms)
		far_given.timeout_ms = deadline_ms + ANSWER_MS;
	if (request) {
		snprintf(request, size, format, text, more);
		result = far_ask(node, request, body);
	}
	free(request);
	return result;
}

static enum verb_result upgrade(int count, char **arguments)
{
	const char *mode = given.plan ? "plan" : given.dry_run ? "dry" : "commit";
	int64_t deadline_ms, watch_ms;
	char path[PATH_MAX], options[200];
	long few, percent;

	(void)count;
	if (!options_ms(given.deadline, 5000, &deadline_ms))
		return misuse("--deadline", given.deadline, "a time such as 5s or 500ms");
	if (!options_ms(given.watch, 10000, &watch_ms))
		return misuse("--watch", given.watch, "a time such as 10s");
	if (!read_few(given.canary, &few, &percent))
		return misuse("--canary", given.canary,
			      "a share such as 5%, or a number of actors");
	if (!realpath(arguments[1], path) || strpbrk(path, "\"\\")) {
		fprintf(stderr, "%s: error: cannot be found; check its path\n", arguments[1]);
		return VERB_FAILED;
	}
	snprintf(options, sizeof(options), "{%s, %lld, %ld, %ld, %lld, %lld}", mode,
		 (long long)deadline_ms, few, percent, (long long)watch_ms,
		 (long long)given.crashes);
	return ask(arguments[0], "{code, upgrade, [<<\"%s\">>, %s]}", path, options, deadline_ms);
}

static enum verb_result rollback(int count, char **arguments)
{
	int64_t deadline_ms;
	char ms[32];

	(void)count;
	if (!options_ms(given.deadline, 5000, &deadline_ms))
		return misuse("--deadline", given.deadline, "a time such as 5s or 500ms");
	if (strpbrk(arguments[1], "'\\"))
		return misuse("the plugin", arguments[1], "its name");
	snprintf(ms, sizeof(ms), "%lld", (long long)deadline_ms);
	return ask(arguments[0], "{code, rollback, ['%s', %s]}", arguments[1], ms, deadline_ms);
}

/* It does not know what a table in a macro is: */
/* clang-format off */
#define DEADLINE                                                                                   \
	{ "--deadline", OPTION_TEXT, &given.deadline, "TIME", "how long the actors may take (5s)", \
	  0, 0 }
static const struct option upgrade_options[] = {
	{ "--plan", OPTION_FLAG, &given.plan, NULL, "only say what would be done to which actors",
	  0, 0 },
	{ "--dry-run", OPTION_FLAG, &given.dry_run, NULL, "convert all states, then put them back",
	  0, 0 },
	{ "--canary", OPTION_TEXT, &given.canary, "SHARE",
	  "first so many: 5%, or a number of actors", 0, 0 },
	DEADLINE,
	{ "--watch", OPTION_TEXT, &given.watch, "TIME",
	  "take it back if it crashes too often within that time (10s)", 0, 0 },
	{ "--crashes", OPTION_NUMBER, &given.crashes, "N", "that is, in more than N actors (5)", 0,
	  1000000 },
	FAR_OPTIONS,
};
static const struct option rollback_options[] = { DEADLINE, FAR_OPTIONS };
/* clang-format on */

const struct verb verb_upgrade = {
	.name = "upgrade",
	.arguments = "NODE FILE",
	.about = "Takes the actors of a plugin of a running node to another version of it: all or "
		 "none.",
	.options = upgrade_options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = upgrade,
};

const struct verb verb_rollback = {
	.name = "rollback",
	.arguments = "NODE PLUGIN",
	.about = "Takes the actors of a plugin of a running node back to the version before.",
	.options = rollback_options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = rollback,
};
