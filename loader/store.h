/* A node's store: a directory with copies of plugins' files, from which they are loaded, so that
 * nobody harms the node who writes over a file or deletes it; and a record of which generation of
 * each plugin was committed last.
 *
 * Any thread that may block. */
#ifndef JOIST_LOADER_STORE_H
#define JOIST_LOADER_STORE_H

#include <limits.h>

#include "loader/digest.h"
#include "loader/image.h"
#include "loader/report.h"

struct store;

/* What is recorded of a plugin. */
struct store_entry {
	char plugin[64];
	struct digest committed; /* the copy under this hash */
	struct digest script; /* what the boot script's file was then; none: it had none */
};

/* The directory of the node of that name, where its user keeps such things; false if the user has no
 * such place. */
bool store_place(const char *node, char ret_path[static PATH_MAX]);

/* Opens the store in that directory, which is made if it is not there; NULL opens one for this
 * process alone, which goes with it. NULL, with an error added, if it cannot be opened; -EBUSY in
 * errno then if another node has it. */
struct store *store_open(const char *directory, struct report *report);

/* Where it is. */
const char *store_directory(const struct store *store);

/* A copy of the file that `image` was read from, of its bytes as they were read. A hash names it if
 * there is one, else what tells the file from others and from what it will be when it has changed.
 * False, with an error added, if it cannot be written. */
bool store_keep(struct store *store, const struct image *image, const struct digest *hash,
		char ret_path[static PATH_MAX], struct report *report);

/* Puts a signature beside the copy under that hash, which is there, in place of an older one. */
bool store_keep_signature(struct store *store, const struct digest *hash, struct joist_bytes line);

/* What is recorded of the plugin; false: nothing. */
bool store_find(struct store *store, const char *plugin, struct store_entry *ret_entry);

/* Records it in place of what was recorded: whoever reads it later, even if this process is killed
 * meanwhile, reads the one or the other. False, with an error added, if it cannot be written. */
bool store_record(struct store *store, const struct store_entry *entry, struct report *report);

/* Has nothing recorded of the plugin. */
bool store_forget(struct store *store, const char *plugin, struct report *report);

/* The path of the copy under that hash. */
void store_copy(const struct store *store, const struct digest *hash,
		char ret_path[static PATH_MAX]);

/* Deletes copies that are neither recorded nor were kept by this process. */
void store_clean(struct store *store);

/* Closes it. NULL is fine. */
void store_close(struct store *store);

#endif
