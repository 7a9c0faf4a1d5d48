/* Functions of a header as a binding declares them, by the debug information of a compiled file. */
#ifndef JOIST_LOADER_BIND_TYPES_H
#define JOIST_LOADER_BIND_TYPES_H

#include <stdio.h>

#include "loader/bind_scan.h"
#include "loader/report.h"

/* What the variables of that file are called that point to the functions: this, and the function's name. */
#define BIND_VARIABLE "joist_bind_"

/* Writes the declarations of `functions`, and of the types that they need. False, with an error added, if
 * the file has no debug information that can be read. */
bool bind_types_write(const char *file, const struct bind_function *functions, FILE *out,
		      struct report *report);

#endif
