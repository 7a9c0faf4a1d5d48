/* The text of terms that have no parts, and of lists that are strings. Each adds to `text` and returns
 * false when memory is short; it may stop once the text has more than `size_max` bytes. */
#ifndef JOIST_VM_TERM_LEAF_H
#define JOIST_VM_TERM_LEAF_H

#include "vm/base/text.h"
#include "vm/term/term.h"

bool leaf_print(struct text *text, joist_term t, size_t size_max);

/* Whether a list, which has an item, is proper and of printable characters alone. */
bool leaf_is_string(joist_term list);
bool leaf_string(struct text *text, joist_term list, size_t size_max);

#endif
