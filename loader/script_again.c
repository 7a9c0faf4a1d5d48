/* What a running node has loaded is not part of the program, so a script is judged beside a registry that
 * has only what is. Any thread that may block. */
#include "loader/script_again.h"

#include <stdlib.h>
#include <string.h>

#include "loader/boot.h"
#include "loader/load.h"
#include "loader/node.h"
#include "loader/verb.h"

struct again {
	struct script script;
	char *file; /* what that is called */
};

static bool read_beside(struct again *again, const struct script_places *places,
			struct report *report)
{
	struct node node;
	bool fine;

	if (!node_open(&node, verb_plugins, report))
		return false;
	fine = boot_read(&again->script, again->file, places, &load_node, node.registry, report);
	again->script.built_in = NULL;
	node_close(&node);
	return fine;
}

struct script *script_again(const char *file, const struct script_places *places,
			    struct report *report)
{
	struct again *again = calloc(1, sizeof(*again));

	if (again)
		again->file = strdup(file);
	if (!again || !again->file)
		report_short(report, file);
	else if (read_beside(again, places, report))
		return &again->script;
	if (again)
		script_again_free(&again->script);
	return NULL;
}

void script_again_free(struct script *script)
{
	struct again *again = (struct again *)script;

	if (!again)
		return;
	boot_finish(&again->script);
	free(again->file);
	free(again);
}
