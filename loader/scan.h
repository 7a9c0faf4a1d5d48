/* Walks through a JSON text that is known to be correct, and tells where its values and keys start. */
#ifndef JOIST_LOADER_SCAN_H
#define JOIST_LOADER_SCAN_H

#include "loader/report.h"

struct scan {
	const char *at, *end;
	struct place place; /* of `at`; columns are characters */
};

struct scan scan_over(const char *text, size_t size);

/* The place of the next string, number, word, or bracket of either kind, and steps over it: over the
 * bracket alone, not what it encloses. At the end of the text, the place of the end. */
struct place scan_next(struct scan *scan);

#endif
