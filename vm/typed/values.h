/* The outcome of a call: its values, or why it failed. */
#ifndef JOIST_VM_TYPED_VALUES_H
#define JOIST_VM_TYPED_VALUES_H

#include "vm/typed/prepared.h"

/* The outcome of a call that has returned. `error` is errno. */
joist_term values_make(struct call *call, int error);

#endif
