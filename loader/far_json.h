/* Terms as JSON, for programs that ask a node. */
#ifndef JOIST_LOADER_FAR_JSON_H
#define JOIST_LOADER_FAR_JSON_H

#include <stdio.h>

#include <joist/joist.h>

/* Writes a term: numbers, true, false, null and lists are what they are, atoms and binaries in UTF-8
 * strings, tuples lists, maps objects; all else, and what lies too deep, is its Erlang text as a string. By
 * an actor. */
void far_json_write(struct joist_actor *self, joist_term term, FILE *out);

#endif
