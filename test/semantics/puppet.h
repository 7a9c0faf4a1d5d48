/* A puppet does what it is told, one command at a time, and tells its director what came of it.
 * puppet.erl is the same for Erlang; director.erl has the language. */
#ifndef JOIST_TEST_SEMANTICS_PUPPET_H
#define JOIST_TEST_SEMANTICS_PUPPET_H

#include <joist/joist.h>

/* What a command came to: what was observed, and new names with what they stand for, as lists. */
struct answer {
	joist_term observed;
	joist_term bound;
};

void answer_observe(struct joist_actor *self, struct answer *answer, joist_term observation);
void answer_bool(struct joist_actor *self, struct answer *answer, const char *verb, bool result);
void answer_pid(struct joist_actor *self, struct answer *answer, joist_atom name, joist_pid pid);
void answer_ref(struct joist_actor *self, struct answer *answer, joist_atom name, joist_ref ref);

/* Commands about other nodes, and about groups; false if it is none. */
bool far_do(struct joist_actor *self, joist_term command, struct answer *answer);

/* The loop: takes {'$do', Director, Command}, answers {'$done', Self, Observed, Bound}. */
void puppet(struct joist_actor *self, joist_term args);

/* Runs one scenario, `args`, and prints what its puppets observed. */
void director(struct joist_actor *self, joist_term args);

#endif
