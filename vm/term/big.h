/* Integers of any size as digits. */
#ifndef JOIST_VM_TERM_BIG_H
#define JOIST_VM_TERM_BIG_H

#include "vm/base/text.h"
#include "vm/term/term.h"

/* The integer of these digits of `base` (2 to 36), which may have underscores among them. */
joist_term big_parse(struct arena *arena, struct joist_bytes digits, unsigned base, bool negative);

/* Adds the integer `t`, which is boxed, in decimal, or as 16#... if that is above some 79,000 digits;
 * false when memory is short. */
bool big_print(struct text *text, joist_term t);

#endif
