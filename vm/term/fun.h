/* Funs of other nodes, as far as their external form tells of them. */
#ifndef JOIST_VM_TERM_FUN_H
#define JOIST_VM_TERM_FUN_H

#include "vm/base/text.h"

/* Adds `fun m:f/1`, or `#Fun<m.index.uniq>`; false when memory is short. */
bool fun_print(struct text *text, const void *external, size_t bytes);

#endif
