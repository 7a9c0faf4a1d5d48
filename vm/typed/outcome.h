/* Values of C made terms. */
#ifndef JOIST_VM_TYPED_OUTCOME_H
#define JOIST_VM_TYPED_OUTCOME_H

#include "vm/typed/shape.h"

/* The value of that shape, which is plain, that lies there. NULL is the atom null. */
joist_term outcome_value(struct joist_actor *self, const struct shape *shape, const void *at);

/* A list of `count` values, one behind the other. */
joist_term outcome_list(struct joist_actor *self, const struct shape *item, size_t count,
			const void *at);

joist_term outcome_null(void);

/* {error, Posix}: the name of the error, such as enoent, or its number if it has none. */
joist_term outcome_posix(struct joist_actor *self, int error);

#endif
