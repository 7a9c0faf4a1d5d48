/* The list of verbs, and how they are entered: `joist VERB ...`. */
#include "loader/verb.h"

#include <string.h>

#include "loader/joist_main.h"
#include "loader/report.h"
#include "loader/symbolize.h"
#include "loader/trial.h"

const struct verb *const verb_all[] = { &verb_run,     &verb_check,	  &verb_new,  &verb_build,
					&verb_bind,    &verb_test,	  &verb_ping, &verb_call,
					&verb_rpc,     &verb_stop,	  &verb_ps,   &verb_tree,
					&verb_info,    &verb_generations, &verb_load, &verb_unload,
					&verb_upgrade, &verb_rollback,	  &verb_plan, &verb_apply,
					&verb_keygen,  &verb_sign,	  &verb_help, &verb_version,
					NULL };

const struct joist_plugin *const *verb_plugins;

const struct verb *verb_find(const char *name)
{
	for (const struct verb *const *verb = verb_all; *verb; verb++) {
		if (!strcmp((*verb)->name, name))
			return *verb;
	}
	return NULL;
}

void verb_print(const struct verb *verb, FILE *out)
{
	fprintf(out, "usage: joist %s %s\n\n%s\n", verb->name, verb->arguments, verb->about);
	if (verb->options && verb->options->name) {
		fputc('\n', out);
		options_print(verb->options, out);
	}
}

static int tell_unknown(const char *name)
{
	const char *words[32] = { 0 }, *nearest;

	for (size_t i = 0; verb_all[i]; i++)
		words[i] = verb_all[i]->name;
	nearest = report_nearest(name, words);
	if (nearest)
		fprintf(stderr, "joist: unknown verb %s; did you mean %s?\n", name, nearest);
	else
		fprintf(stderr, "joist: unknown verb %s; see joist help\n", name);
	return VERB_MISUSED;
}

/* Words that many programs understand. */
static const char *plain_name(const char *name)
{
	if (!strcmp(name, "--help") || !strcmp(name, "-h"))
		return "help";
	if (!strcmp(name, "--version") || !strcmp(name, "-V"))
		return "version";
	return name;
}

int joist_main(char **arguments, const struct joist_plugin *const *plugins)
{
	static const struct option none[] = { { 0 } };
	const struct verb *verb;
	int count;

	verb_plugins = plugins;
	if (!arguments[0] || !arguments[1]) {
		verb_help.run(0, arguments);
		return VERB_MISUSED;
	}
	if (!strcmp(arguments[1], TRIAL_WORD) && arguments[2])
		return trial_main(arguments[2]);
	if (!strcmp(arguments[1], SYMBOLIZE_WORD))
		return symbolize_main();
	verb = verb_find(plain_name(arguments[1]));
	if (!verb)
		return tell_unknown(arguments[1]);
	arguments += 2;
	if (arguments[0] && (!strcmp(arguments[0], "--help") || !strcmp(arguments[0], "-h"))) {
		verb_print(verb, stdout);
		return VERB_DONE;
	}
	count = options_parse(verb->options ? verb->options : none, arguments);
	if (count < 0)
		return VERB_MISUSED;
	if (count < verb->arguments_min || count > verb->arguments_max) {
		fprintf(stderr, "usage: joist %s %s\n", verb->name, verb->arguments);
		return VERB_MISUSED;
	}
	return verb->run(count, arguments);
}
