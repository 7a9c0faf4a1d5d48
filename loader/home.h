/* Where Joist's own files are, as seen from the program `joist`: in a build tree, or where it is
 * installed, which may have been moved as a whole. */
#ifndef JOIST_LOADER_HOME_H
#define JOIST_LOADER_HOME_H

#include <limits.h>
#include <stdbool.h>

struct home {
	char program[PATH_MAX]; /* joist itself */
	char plugins[PATH_MAX]; /* the shipped ones */
	char template[PATH_MAX]; /* what `joist new` copies */
	/* Where the headers and the libraries are; an empty one ends each. */
	char includes[3][PATH_MAX];
	char libraries[3][PATH_MAX];
};

/* What starts this program once more: written to `path`, or a constant. It is the file that runs, even if
 * another has come in its place. */
const char *home_program(char path[static PATH_MAX]);

/* Where files lie that are not to last: $TMPDIR, or /tmp. */
const char *home_temporary(void);

/* Finds them; false if that is not possible: no /proc, or a path that is too long. */
bool home_find(struct home *home);

#endif
