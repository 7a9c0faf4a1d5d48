/* Taking terms apart by a pattern. */
#ifndef JOIST_VM_TERM_MATCH_H
#define JOIST_VM_TERM_MATCH_H

#include "vm/term/pattern.h"

/* Whether `t` is of the form; then, and only then, the holes are written. */
bool match_run(const struct pattern *pattern, joist_term t, void *const *holes);

#endif
