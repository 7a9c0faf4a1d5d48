/* Floats as Erlang writes them: the shortest digits that are read back as the same one. */
#ifndef JOIST_VM_TERM_DOUBLE_H
#define JOIST_VM_TERM_DOUBLE_H

#include <joist/term.h>

#include "vm/base/text.h"

/* Adds the finite `value`; false when memory is short. */
bool double_print(struct text *text, double value);

/* The float of a text like 1.5e-3, which may have underscores; false if there is none so large, or the
 * text is longer than anybody writes. */
bool double_parse(struct joist_bytes text, double *ret_value);

#endif
