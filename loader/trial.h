/* A plugin's constructors, tried in a process that may die of them. */
#ifndef JOIST_LOADER_TRIAL_H
#define JOIST_LOADER_TRIAL_H

#include "loader/image.h"

/* Loads the image's file, or that copy of it, in a new process of this program, which must answer
 * trial_main's arguments; false, with an error added, if that does not end well. What the
 * constructors print is dropped. */
bool trial_load(const struct image *image, const char *copy, struct report *report);

/* What the word is that makes the program such a process, and what it then runs: the exit code. */
#define TRIAL_WORD "--probe"
int trial_main(const char *file);

#endif
