/* A library that knows nothing of Joist, for tests of handles and callbacks; calls of it by Erlang text. */
#ifndef JOIST_TEST_UNIT_TYPED_LIBRARY_H
#define JOIST_TEST_UNIT_TYPED_LIBRARY_H

#include <joist/typed.h>

/* The outcome of a call, as Erlang text; with a term in place of the first argument, unless it is none. */
const char *library_call(struct joist_actor *self, const char *name, joist_term first,
			 const char *rest);

/* The same as a term. */
joist_term library_call_term(struct joist_actor *self, const char *name, joist_term first,
			     const char *rest);

/* The same of two arguments. */
joist_term library_call_with(struct joist_actor *self, const char *name, joist_term first,
			     joist_term second);

/* The numbers of the boxes that were freed since the last time, in that order: "3 2 1". */
const char *library_freed(void);

/* Prepares and frees what calls need; on the test's own thread. */
void library_begin(void);
void library_end(void);

/* All calls of it take turns. */
struct serial;
void library_take_turns(struct serial *serial);

#endif
