/* Lets a judged plugin into the process. */
#ifndef JOIST_LOADER_LOAD_H
#define JOIST_LOADER_LOAD_H

#include "loader/image.h"
#include "loader/registry.h"

/* What files are judged against: this process. */
extern const struct image_node load_node;

/* Loads the file of `image` and adds it to the registry; NULL, with an error added, if that fails.
 * `config` may be NULL, and is borrowed for now. Its constructors run. */
struct code *load_image(struct registry *registry, const struct image *image,
			joist_term (*config)(const void *from, struct arena *arena),
			const void *config_from, struct report *report);

#endif
