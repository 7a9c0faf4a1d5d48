/* What the functions of a library are called. */
#ifndef JOIST_LOADER_LIBRARY_NAMES_H
#define JOIST_LOADER_LIBRARY_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* The function of the library (of dlopen) that `name` most likely means; false if none is near. */
bool library_nearest(void *library, const char *name, char *ret, size_t size);

#endif
