/* The arguments of a call, read from terms. */
#ifndef JOIST_VM_TYPED_ARGUMENTS_H
#define JOIST_VM_TYPED_ARGUMENTS_H

#include "vm/typed/prepared.h"

/* Reads them. False if one is wrong: call->in says what, and *ret_argument which, from 1 on. */
bool arguments_read(struct call *call, const joist_term *arguments, unsigned *ret_argument);

#endif
