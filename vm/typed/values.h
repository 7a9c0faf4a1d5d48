/* The outcome of a call: its values, or why it failed. */
#ifndef JOIST_VM_TYPED_VALUES_H
#define JOIST_VM_TYPED_VALUES_H

#include "vm/typed/prepared.h"

/* The outcome of a call that has returned, and whether that is an error. `error` is errno. */
joist_term values_make(struct call *call, int error, bool *ret_failed);

#endif
