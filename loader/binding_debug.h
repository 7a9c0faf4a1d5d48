/* Prototypes beside what a library was built with. */
#ifndef JOIST_LOADER_BINDING_DEBUG_H
#define JOIST_LOADER_BINDING_DEBUG_H

#include "loader/prototype.h"

/* Compares the functions with the debug information in the library's file, if it has some and libdw is
 * here. False, with an error added for each that differs, if one does. */
bool binding_debug_compare(const struct prototypes *prototypes, const char *file,
			   const char *library, struct report *report);

#endif
