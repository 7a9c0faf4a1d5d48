/* Whole files: what the loader reads and writes at once. */
#ifndef JOIST_LOADER_CONTENTS_H
#define JOIST_LOADER_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Reads a regular file; 0, or -errno: -EINVAL if it is something else, -EFBIG if it has more than
 * `bytes_max`. The bytes are the caller's to free; of the rest `ret_about` tells, whose st_size is how
 * many were read. Any thread that may block. */
int contents_take(const char *path, size_t bytes_max, void **ret_bytes, struct stat *ret_about);

/* Reads up to `size` bytes; how many there were, or -1 and errno. */
ssize_t contents_read(int fd, void *to, size_t size);

/* False, and errno, if not all could be written. */
bool contents_write(int fd, const void *bytes, size_t size);

#endif
