/* Calls that are nothing but numbers, which most are: without libffi, and without room for what they do not
 * need. */
#ifndef JOIST_VM_TYPED_REGISTERS_H
#define JOIST_VM_TYPED_REGISTERS_H

#include "vm/typed/prepared.h"

/* Whether the function is one that registers_call calls. */
bool registers_suffice(const struct typed *typed);

/* Calls it, if all terms fit; else it is for others to say what is wrong. */
bool registers_call(struct joist_actor *self, const struct typed *typed, void *state,
		    const joist_term *arguments, joist_term *ret_outcome);

#endif
