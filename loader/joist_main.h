/* What the program `joist` calls: the whole of it, behind one function that libjoist exports. */
#ifndef JOIST_LOADER_JOIST_MAIN_H
#define JOIST_LOADER_JOIST_MAIN_H

#include <joist/plugin.h>

/* Runs `joist` with its arguments, the program's name first, ended by NULL: what it exits with.
 * `plugins`, ended by NULL, are the standard library's, which the program brings with it. */
JOIST_PUBLIC int joist_main(char **arguments, const struct joist_plugin *const *plugins);

#endif
