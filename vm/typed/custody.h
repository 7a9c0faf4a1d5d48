/* What a call has to do with handles and callbacks, before the C code runs and after. */
#ifndef JOIST_VM_TYPED_CUSTODY_H
#define JOIST_VM_TYPED_CUSTODY_H

#include "vm/typed/prepared.h"

/* The handles that are given are in use, those that are closed are no more, and there is one for each that
 * the C code may make. Callbacks are the call's own, or over if the actor ends within. */
void custody_begin(struct call *call);

/* The C code has come back, and the callbacks of the call are over. */
void custody_end(struct call *call);

/* The outcome is known: what was closed is closed, unless the call failed; what was made and is not in the
 * outcome is destroyed. */
void custody_settle(struct call *call, bool failed);

#endif
