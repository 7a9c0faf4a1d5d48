/* A library that knows nothing of Joist, as a plugin: its functions are exports, by their prototypes. */
#ifndef JOIST_LOADER_BINDING_H
#define JOIST_LOADER_BINDING_H

#include "loader/prototype.h"
#include "loader/registry.h"

struct binding;

/* A binding of no functions yet; `library` is what dlopen gave, which it closes, and `called` its name.
 * NULL when memory is short. Borrows nothing. */
struct binding *binding_create(const char *name, void *library, const char *called);

/* Reads prototypes, of which types may be used by later ones. */
bool binding_read(struct binding *binding, const struct prototype_source *source,
		  struct report *report);

/* How many functions have been read. */
size_t binding_count(const struct binding *binding);

/* Finds the functions of the library and judges all that was read, which stands in `file`. False, with
 * all errors added, if something is wrong. */
bool binding_make(struct binding *binding, const char *file, struct report *report);

/* Compares what was read with the library's debug information, where it has some; false, with all errors
 * added, if something differs. */
bool binding_compare(const struct binding *binding, struct report *report);

/* Adds it to the registry, which owns it from then on, as a generation of the plugin of its name. NULL,
 * with an error added, if that fails; then it is still the caller's. */
struct code *binding_load(struct binding *binding, struct registry *registry,
			  struct report *report);

/* Frees it, and closes its library. NULL is fine. */
void binding_destroy(struct binding *binding);

#endif
