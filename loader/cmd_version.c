/* joist version */
#include "loader/verb.h"

#include <joist/abi.h>
#include <stdio.h>

static enum verb_result run(int count, char **arguments)
{
	(void)count, (void)arguments;
	printf("joist %s, ABI %d\n", JOIST_VERSION, JOIST_ABI);
	return VERB_DONE;
}

const struct verb verb_version = {
	.name = "version",
	.arguments = "",
	.about = "Prints the version of Joist and of the ABI that plugins are built for.",
	.run = run,
};
