/* What a plugin may change of the process while it is loaded, by its constructors: it is put back. */
#ifndef JOIST_LOADER_SURROUNDINGS_H
#define JOIST_LOADER_SURROUNDINGS_H

#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "vm/base/fpu.h"

struct surroundings {
	struct fpu_mode fpu; /* of the calling thread, as the next one */
	sigset_t mask;
	mode_t umask;
	int folder; /* the working directory, opened; or -1 */
	char locale[128]; /* empty: it has a longer name */
	struct rlimit files, core;
};

/* Notes how they are. */
void surroundings_note(struct surroundings *s);

/* Puts back what is not as it was noted, and writes the names of that to `changed`, with commas. */
void surroundings_restore(struct surroundings *s, char *changed, size_t room);

#endif
