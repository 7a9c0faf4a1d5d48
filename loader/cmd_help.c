/* joist help */
#include "loader/verb.h"

#include <string.h>

static enum verb_result run(int count, char **arguments)
{
	const struct verb *verb;

	if (!count) {
		printf("usage: joist VERB ...\n\n");
		for (const struct verb *const *at = verb_all; *at; at++)
			printf("  %-10s %s\n", (*at)->name, (*at)->about);
		printf("\njoist help VERB tells more; man joist all.\n");
		return VERB_DONE;
	}
	verb = verb_find(arguments[0]);
	if (!verb) {
		fprintf(stderr, "joist: no verb %s; see joist help\n", arguments[0]);
		return VERB_MISUSED;
	}
	verb_print(verb, stdout);
	return VERB_DONE;
}

const struct verb verb_help = {
	.name = "help",
	.arguments = "[VERB]",
	.about = "Tells how joist, or one of its verbs, is used.",
	.arguments_max = 1,
	.run = run,
};
