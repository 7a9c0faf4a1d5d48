/* ${NAME} in the strings of a boot script. */
#ifndef JOIST_LOADER_ENV_H
#define JOIST_LOADER_ENV_H

#include "loader/value.h"

/* Puts the environment's values into every string of `value` and of its parts; keys stay as they are.
 * "$${" stands for "${". False, with errors added, if a name is not set or not well formed. */
bool env_expand(struct value *value, const char *file, struct arena *arena, struct report *report);

#endif
