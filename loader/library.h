/* A shared object in this process. */
#ifndef JOIST_LOADER_LIBRARY_H
#define JOIST_LOADER_LIBRARY_H

#include "loader/generation.h"

/* All code that is in the process is Joist's own, or can be looked at: whether it changes modes of floating
 * point (vm/base/fpu.h) is judged from now on, here and whenever a library is loaded. */
void library_begin(void);

/* Loads the file, or a library of the system if there is no slash in its name; what it changes of the
 * process meanwhile is put back. NULL, with the reason, if it cannot be loaded. Its constructors run.
 * `file` is what the log calls it. */
void *library_open(const char *path, const char *file, char *ret_why, size_t size);

/* Fills in where it lies in memory, and whether what runs on it keeps its thread. The log calls it by
 * origin->file. */
void library_locate(void *library, struct generation_origin *origin);

#endif
