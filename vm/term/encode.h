/* Terms to Erlang's external term format, as OTP writes it. */
#ifndef JOIST_VM_TERM_ENCODE_H
#define JOIST_VM_TERM_ENCODE_H

#include "vm/base/text.h"
#include "vm/term/term.h"

/* Adds the external form of `term`, without the version in front: 0, -ENOMEM, or -EOVERFLOW for a part
 * that is too large for the format. What was added before a failure stays. */
int encode_term(struct text *to, joist_term term);

#endif
