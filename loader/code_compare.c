/* What code_server says of a script's plugins to who makes a plan. What blocks runs on a thread that
 * may. */
#include <string.h>

#include "loader/code_apply.h"

joist_term code_error(struct joist_actor *self, struct report *report)
{
	joist_term lines = joist_nil();
	char line[1024];

	for (size_t i = report->count; i-- > 0;) {
		report_line_text(&report->lines[i], line, sizeof(line));
		lines = joist_cons(self, joist_binary(self, joist_text(line)), lines);
	}
	report_finish(report);
	return joist_make(self, "{error, Lines}", lines);
}

struct comparison {
	struct live *live;
	char *file;
	joist_term config;
	struct live_compared compared;
	struct report report;
	bool done;
};

static void compare(void *argument)
{
	struct comparison *c = argument;

	c->done = live_compare(c->live, c->file, c->config, &c->compared, &c->report);
}

joist_term code_compare(struct joist_actor *self, struct live *live, joist_term file,
			joist_term config)
{
	struct comparison c = { .live = live, .config = config };
	struct joist_bytes path;

	if (!joist_get_bytes(file, &path))
		return joist_make(self, "{error, badarg}");
	c.file = joist_alloc(self, path.size + 1);
	memcpy(c.file, path.data, path.size);
	joist_blocking(self, compare, &c);
	joist_free(self, c.file);
	if (!c.done)
		return code_error(self, &c.report);
	report_finish(&c.report);
	joist_term version = joist_binary(self, joist_text(c.compared.version));
	if (c.compared.difference == LIVE_MISSING)
		return joist_make(self, "{load, New}", version);
	if (c.compared.difference == LIVE_OTHER)
		return joist_make(self, "{upgrade, Old, New}",
				  joist_binary(self, joist_text(c.compared.code->version)),
				  version);
	return c.compared.difference == LIVE_SAME ? joist_make(self, "same")
						  : joist_make(self, "configured");
}

struct settlement {
	struct live *live;
	const char *plugin;
	struct report report;
	bool done;
};

static void settle(void *argument)
{
	struct settlement *s = argument;

	s->done = live_settle(s->live, s->plugin, &s->report);
}

joist_term code_settle(struct joist_actor *self, struct live *live, joist_atom plugin)
{
	struct settlement s = { .live = live, .plugin = joist_atom_name(plugin).data };

	joist_blocking(self, settle, &s);
	if (!s.done)
		return code_error(self, &s.report);
	report_finish(&s.report);
	return joist_make(self, "ok");
}
