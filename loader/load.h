/* Lets a judged plugin into the process. */
#ifndef JOIST_LOADER_LOAD_H
#define JOIST_LOADER_LOAD_H

#include "loader/image.h"
#include "loader/registry.h"

/* What files are judged against: this process. */
extern const struct image_node load_node;

/* What is known of a file besides its bytes; all zero: nothing. Borrowed for now. */
struct load_how {
	const char *copy; /* of the file, to load in its place */
	const struct digest *hash; /* of its bytes */
	bool travels; /* the copy is the store's, under that hash */
	joist_term (*config)(const void *from, struct arena *arena); /* generation_origin */
	const void *config_from;
};

/* Loads the file of `image` as a candidate of its plugin; NULL, with an error added, if that fails. Its
 * constructors run. Any thread that may block. */
struct code *load_candidate(struct registry *registry, const struct image *image,
			    const struct load_how *how, struct report *report);

/* The same, and commits it. */
struct code *load_image(struct registry *registry, const struct image *image,
			const struct load_how *how, struct report *report);

#endif
