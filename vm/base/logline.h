/* One line of the log, as bytes. */
#ifndef JOIST_VM_BASE_LOGLINE_H
#define JOIST_VM_BASE_LOGLINE_H

#include "vm/base/log.h"

struct logline {
	size_t size;
	bool json;
	bool cut; /* something had no room */
	char bytes[LOG_LINE_MAX];
};

/* Makes `line` the line of `event`, newline included. `system_ns` is when it happened. */
void logline_make(struct logline *line, bool json, int64_t system_ns,
		  const struct log_event *event);

#endif
