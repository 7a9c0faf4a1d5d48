/* A puppet does what it is told, one command at a time, and tells its director what came of it.
 * puppet.erl is the same for Erlang; director.erl has the language. */
#ifndef JOIST_TEST_SEMANTICS_PUPPET_H
#define JOIST_TEST_SEMANTICS_PUPPET_H

#include <joist/joist.h>

/* The loop: takes {'$do', Director, Command}, answers {'$done', Self, Observed, Bound}. */
void puppet(struct joist_actor *self, joist_term args);

/* Runs one scenario, `args`, and prints what its puppets observed. */
void director(struct joist_actor *self, joist_term args);

#endif
