/* What is wrong with a signature: told when it is prepared. */
#ifndef JOIST_VM_TYPED_MISTAKE_H
#define JOIST_VM_TYPED_MISTAKE_H

#include <joist/abi.h>

struct typed_mistake {
	int parameter; /* from 1 on; 0: the result; -1: the function */
	char what[160]; /* WHAT; REMEDY */
};

/* Writes `what`, unless there is something already; false. */
bool mistake_tell(struct typed_mistake *mistake, const char *format, ...) JOIST_PRINTF(2, 3);

#endif
