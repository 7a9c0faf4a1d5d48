/* Walks through a JSON text that is known to be correct, and tells where its values and keys start. */
#ifndef JOIST_LOADER_CURSOR_H
#define JOIST_LOADER_CURSOR_H

#include "loader/report.h"

struct cursor {
	const char *at, *end;
	struct place place; /* of `at`; columns are characters */
};

struct cursor cursor_over(const char *text, size_t size);

/* The place of the next string, number, word, or bracket of either kind, and steps over it: over the
 * bracket alone, not what it encloses. At the end of the text, the place of the end. */
struct place cursor_next(struct cursor *cursor);

#endif
