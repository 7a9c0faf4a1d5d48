/* Lines of the log on children that end and start, so many a second at most. Owned by the supervisor. */
#include "tell.h"

#include <joist/option.h>

#define LINES_PER_S 20
#define NS_PER_S INT64_C(1000000000)

const char *tell_id(struct joist_actor *self, const struct childspec *spec)
{
	struct joist_bytes bytes;
	const char *text = NULL;

	if (joist_get_bytes(spec->id, &bytes))
		text = joist_c_string(self, spec->id);
	return text ? text : joist_format(self, spec->id);
}

/* A reason for people: of a fault only the kind, as its crash report has all the rest. */
static const char *tell_reason(struct joist_actor *self, joist_term reason)
{
	joist_term kind;

	if (joist_match(reason, "{fault, Kind, _}", &kind))
		reason = joist_make(self, "{fault, Kind, '...'}", kind);
	return joist_format(self, reason);
}

void tell_log(struct joist_actor *self, enum joist_log_level level, const struct childspec *spec,
	      joist_pid pid, const char *what, joist_term reason)
{
	/* Nobody, if it has never been started. */
	const char *who =
		joist_pid_is_none(pid) ? "" : joist_format(self, joist_pid_term(self, pid));

	joist_log(self, level, "child %s %s%s%s: %s", tell_id(self, spec), who, *who ? " " : "",
		  what, tell_reason(self, reason));
}

bool tell_may(struct joist_actor *self, struct supervisor *supervisor)
{
	int64_t now_ns = joist_now_ns(self);
	uint32_t skipped = supervisor->lines_skipped;

	if (now_ns - supervisor->lines_since_ns >= NS_PER_S) {
		supervisor->lines_since_ns = now_ns;
		supervisor->lines = supervisor->lines_skipped = 0;
		if (skipped)
			joist_log(self, JOIST_NOTICE,
				  "%u more ends and restarts of children are not in the log",
				  (unsigned)skipped);
	}
	if (supervisor->lines < LINES_PER_S) {
		supervisor->lines++;
		return true;
	}
	supervisor->lines_skipped++;
	return false;
}

void tell_crash(struct joist_actor *self, const struct child *child, const char *restart)
{
	joist_report_crash(self, child->pid, restart);
	joist_report_crash(self, (joist_pid){ 0 }, restart);
}
