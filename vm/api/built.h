/* What every function that builds a term does last. */
#ifndef JOIST_VM_API_BUILT_H
#define JOIST_VM_API_BUILT_H

#include "vm/api/self.h"

/* The term itself; ends the actor if there is none, as memory was short. */
static inline joist_term built(struct joist_actor *self, joist_term term)
{
	if (__builtin_expect(joist_is_none(term), 0))
		self_short(self);
	return term;
}

#endif
