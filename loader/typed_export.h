/* Exports that are plain functions of C. */
#ifndef JOIST_LOADER_TYPED_EXPORT_H
#define JOIST_LOADER_TYPED_EXPORT_H

#include "loader/report.h"
#include "vm/actor/code.h"

/* Prepares calls of `from`, if it is of that kind, for `to`, whose code owns them. False, with an error
 * added, if its types are wrong, or memory is short. */
bool typed_export_fill(struct export *to, const struct joist_export *from, const char *file,
		       struct report *report);

#endif
