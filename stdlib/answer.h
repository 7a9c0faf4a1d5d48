/* The answers of a supervisor to start_child, which_children and so on. */
#ifndef JOIST_STDLIB_ANSWER_H
#define JOIST_STDLIB_ANSWER_H

#include "strategy.h"

/* Does what `request` asks for; the answer. */
joist_term answer_request(struct joist_actor *self, struct supervisor *supervisor,
			  joist_term request);

#endif
