/* A plugin's file, read and judged before any of its code is let into the process. */
#ifndef JOIST_LOADER_IMAGE_H
#define JOIST_LOADER_IMAGE_H

#include <joist/plugin.h>

#include "loader/elf_symbols.h"
#include "loader/report.h"

/* What a file is judged against. */
struct image_node {
	unsigned abi; /* the only one that is understood */
	uint64_t features; /* the JOIST_NEED_ bits that are met */
	/* Whether libjoist has that symbol in that version; NULL: nobody asks. */
	bool (*has_symbol)(const char *name, const char *version);
};

struct image {
	char *file; /* its path, as given */
	void *bytes;
	size_t size;
	void *relocated; /* a copy of them, by image_read_exports */
	uint64_t device, inode; /* of the file; 0 if the bytes are of none */
	int64_t changed_ns; /* its last change, by clock_system_ns */
	struct elf elf;
	struct elf_symbols symbols;
	struct joist_note note; /* `name` and `version` are ended, and well formed */
	struct joist_export *exports; /* by image_read_exports; their code and data mean nothing */
	size_t export_count;
};

/* Reads `file` and says what, if anything, forbids to load it. True if nothing does; then the image
 * must be finished. Borrows all but `image`. */
bool image_read(struct image *image, const char *file, const struct image_node *node,
		struct report *report);

/* The same for a copy of `bytes`; `file` is what they are called in errors. */
bool image_read_bytes(struct image *image, const char *file, struct joist_bytes bytes,
		      const struct image_node *node, struct report *report);

/* Reads and judges its exports; false, with an error added, if they forbid to load it. */
bool image_read_exports(struct image *image, struct report *report);

/* Frees what image_read took. */
void image_finish(struct image *image);

/* How many constructors of its own it would run when loaded: those beyond the compiler's. */
size_t image_constructors(const struct image *image);

/* Whether it needs a library that `is_loaded` does not know: that would be loaded with it. */
bool image_needs_more(const struct image *image, bool (*is_loaded)(const char *name));

/* Whether it has thread-local storage of its own. */
bool image_has_tls(const struct image *image);

/* Warns of what is allowed but seldom meant: symbols beside joist_plugin, constructors. */
void image_lint(const struct image *image, struct report *report);

/* Whether `name` can be the name of a plugin: an Erlang atom that needs no quotes, of at most 63. */
bool image_name_fits(const char *name);

#endif
