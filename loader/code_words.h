/* What those say to each other who have files of plugins travel. */
#ifndef JOIST_LOADER_CODE_WORDS_H
#define JOIST_LOADER_CODE_WORDS_H

#include <joist/actor.h>

#include "loader/digest.h"

/* {error, Sentence} */
joist_term code_refusal(struct joist_actor *self, const char *format, ...) JOIST_PRINTF(2, 3);

joist_term code_text(struct joist_actor *self, const char *text);
joist_term code_hash(struct joist_actor *self, const struct digest *hash);

/* False if the bytes are no hash. */
bool code_read_hash(struct joist_bytes bytes, struct digest *ret_hash);

/* The text of a node's name. */
const char *code_node(joist_atom node);

#endif
