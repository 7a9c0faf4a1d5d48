/* The verbs of the program `joist`, each in a file of its own. */
#ifndef JOIST_LOADER_VERB_H
#define JOIST_LOADER_VERB_H

#include <joist/plugin.h>

#include "loader/options.h"

/* What a verb ends with, and the program after it. */
enum verb_result {
	VERB_DONE = 0,
	VERB_FAILED = 1, /* or refused */
	VERB_MISUSED = 2,
};

struct verb {
	const char *name;
	const char *arguments; /* for the help: "BOOT.json" */
	const char *about; /* one sentence */
	const struct option *options; /* ended by one without a name */
	int arguments_min, arguments_max;
	/* With its options parsed, `count` arguments are left. */
	enum verb_result (*run)(int count, char **arguments);
};

extern const struct verb verb_run, verb_check, verb_new, verb_build, verb_bind, verb_test,
	verb_ping, verb_call, verb_rpc, verb_stop, verb_ps, verb_tree, verb_info, verb_generations,
	verb_load, verb_unload, verb_upgrade, verb_rollback, verb_plan, verb_apply, verb_keygen,
	verb_sign, verb_version, verb_help;

/* All of them, ended by NULL. */
extern const struct verb *const verb_all[];

/* The plugins that the program brings with it, ended by NULL. */
extern const struct joist_plugin *const *verb_plugins;

/* The verb of that name; NULL if there is none. */
const struct verb *verb_find(const char *name);

/* Writes how a verb is used. */
void verb_print(const struct verb *verb, FILE *out);

#endif
