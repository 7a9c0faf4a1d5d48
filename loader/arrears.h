/* Crash reports that were only counted: how many, told when the second is over in which there were too
 * many of an export, even if no other comes. */
#ifndef JOIST_LOADER_ARREARS_H
#define JOIST_LOADER_ARREARS_H

#include "loader/registry.h"

#define ARREARS_MAX 64

struct arrears {
	struct arrear {
		joist_atom plugin, export_name;
		int64_t due_ns; /* by clock_now_ns */
	} list[ARREARS_MAX]; /* the first to be told first */
	uint32_t count;
};

/* From now on reports of that export are counted. If there are too many such exports, its count waits for
 * its next report. */
void arrears_note(struct arrears *arrears, joist_atom plugin, joist_atom export_name);

/* When the next is to be told; INT64_MAX: none. */
int64_t arrears_due(const struct arrears *arrears);

/* Tells of those that are due by then; INT64_MAX: of all, as nothing follows. */
void arrears_tell(struct arrears *arrears, struct registry *registry, int64_t now_ns);

#endif
