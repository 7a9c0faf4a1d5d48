/* The functions that a header declares, by its text: debug information tells their types, but not how
 * their parameters are called. */
#ifndef JOIST_LOADER_BIND_SCAN_H
#define JOIST_LOADER_BIND_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define BIND_PARAMETERS_MAX 16
#define BIND_NAME_BYTES 128

struct bind_function {
	struct bind_function *next;
	char name[BIND_NAME_BYTES];
	size_t count;
	char parameters[BIND_PARAMETERS_MAX][BIND_NAME_BYTES]; /* empty: it has no name */
};

/* Those of preprocessed C that `is_wanted` says are, in their order. On libc's heap; NULL if there are
 * none, or memory is short. */
struct bind_function *bind_scan(const char *text, size_t size,
				bool (*is_wanted)(const void *with, const char *name),
				const void *with);

void bind_scan_free(struct bind_function *functions);

#endif
