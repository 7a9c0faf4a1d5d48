/* Terms read into the memory of C. */
#ifndef JOIST_VM_TYPED_INTAKE_H
#define JOIST_VM_TYPED_INTAKE_H

#include "vm/typed/shape.h"

/* What is wrong with a term, once something is. */
struct intake {
	struct joist_actor *self;
	const struct shape *expected;
	joist_term got;
	const char *reason; /* what the rest does not say; NULL: nothing */
	joist_term path; /* of fields and items, from the argument to what is wrong; none: itself */
};

/* Memory that lives as long as the turn, not zeroed. Ends the actor when there is none. */
void *intake_room(struct joist_actor *self, size_t bytes);

/* Reads `term` as a value of that shape, which is plain, to `at`. */
bool intake_value(struct intake *in, const struct shape *shape, joist_term term, void *at);

/* Reads a list of `count` terms as as many values, one behind the other. */
bool intake_list(struct intake *in, const struct shape *item, size_t count, joist_term list,
		 void *at);

/* Notes what is wrong; false. */
bool intake_wrong(struct intake *in, const struct shape *expected, joist_term got,
		  const char *reason);

/* The error of a call whose argument of that number, from 1 on, is wrong. */
joist_term intake_error(const struct intake *in, unsigned argument);

#endif
