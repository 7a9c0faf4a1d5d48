/* The messages of Erlang's sys module. */
#ifndef JOIST_STDLIB_SYS_H
#define JOIST_STDLIB_SYS_H

#include "gen.h"

/* Does and answers what {system, From, Request} asks for. */
void sys_answer(struct joist_actor *self, const struct gen_ops *ops, void *state, joist_term from,
		joist_term request);

#endif
