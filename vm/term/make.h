/* Building terms by a pattern. */
#ifndef JOIST_VM_TERM_MAKE_H
#define JOIST_VM_TERM_MAKE_H

#include "vm/term/pattern.h"

/* The term of that form: none when memory is short, or if a hole holds what no term is
 * (make_is_wrong). */
joist_term make_run(struct arena *arena, const struct pattern *pattern, void *const *holes);

bool make_is_wrong(const struct pattern *pattern, void *const *holes);

#endif
