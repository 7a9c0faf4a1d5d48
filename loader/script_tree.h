/* The supervision tree of a boot script as the term that supervisor:supervisor is started with. */
#ifndef JOIST_LOADER_SCRIPT_TREE_H
#define JOIST_LOADER_SCRIPT_TREE_H

#include "loader/script.h"

/* Any JSON value as a term: strings are binaries, and keys of objects too. None when memory is short. */
joist_term script_value_term(const struct value *value, struct arena *arena);

/* The term of a supervisor's object, which has been checked. None when memory is short. */
joist_term script_tree(const struct value *supervisor, struct arena *arena);

#endif
