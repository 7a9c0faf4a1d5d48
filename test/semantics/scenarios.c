/* The scenarios as a plugin: semantics:run runs each scenario of the file whose name, a binary, is
 * its argument, one after the other.
 *
 * A file is read as Erlang's file:consult does, as far as scenarios need it: a term ends with a full
 * stop at the end of a line, and a comment has a line of its own. */
#include <stdio.h>
#include <string.h>

#include "test/semantics/puppet.h"

/* The longest scenario, as text. */
#define SCENARIO_MAX 8192

/* The next scenario of a file as text, without its full stop; false at the end of the file. */
static bool read_scenario(FILE *file, char *text)
{
	size_t used = 0, start;

	while (used + 2 < SCENARIO_MAX && fgets(text + used, (int)(SCENARIO_MAX - used), file)) {
		start = used;
		if (text[start] == '%')
			continue;
		used += strcspn(text + start, "\n");
		if (used > start && text[used - 1] == '.') {
			text[used - 1] = '\0';
			return true;
		}
		text[used++] = '\n';
	}
	return false;
}

static void run_scenario(struct joist_actor *self, const char *text)
{
	const char *error = NULL;
	joist_term scenario = joist_parse(self, text, &error), reason;
	joist_ref ref;

	if (joist_is_none(scenario)) {
		joist_print(self, "# %s: %s", error, text);
		return;
	}
	joist_spawn_monitor(self, "semantics:director", scenario, &ref);
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, Reason}", &ref,
			    &reason);
	if (!joist_is_atom(reason, "normal"))
		joist_print(self, "# %s: %s", joist_format(self, reason), text);
}

static void run(struct joist_actor *self, joist_term args)
{
	char *text = joist_alloc(self, SCENARIO_MAX);
	struct joist_bytes path = { 0 };
	FILE *file;

	joist_get_bytes(args, &path);
	snprintf(text, SCENARIO_MAX, "%.*s", (int)path.size, (const char *)path.data);
	file = fopen(text, "r");
	if (!file)
		joist_exit(self, joist_make(self, "no_such_file"));
	while (read_scenario(file, text))
		run_scenario(self, text);
	fclose(file);
}

JOIST_PLUGIN("semantics", "1.0", JOIST_ACTOR(run), JOIST_ACTOR(director), JOIST_ACTOR(puppet));
