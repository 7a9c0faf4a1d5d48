/* Terms from Erlang's external term format, whoever wrote the bytes: nothing is believed, no depth of
 * nesting overflows a stack, and what is built is in proportion to the bytes. */
#ifndef JOIST_VM_TERM_DECODE_H
#define JOIST_VM_TERM_DECODE_H

#include "vm/term/decoding.h"

/* Terms that are nested deeper are refused. */
#define DECODE_DEPTH_MAX 1000000

/* The next term, which has no version in front; none, with `error` set, if there is none. */
joist_term decode_term(struct decode *decode);

#endif
