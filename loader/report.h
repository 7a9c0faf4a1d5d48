/* What is wrong with the files that an operator gave: collected, so that one run tells all of it.
 *
 *   FILE:LINE:COL: error: WHAT; REMEDY
 *   FILE: error: WHAT; REMEDY */
#ifndef JOIST_LOADER_REPORT_H
#define JOIST_LOADER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <joist/abi.h>

/* A place in a text file, both counted from 1; line 0: the file as a whole. */
struct place {
	unsigned line, column;
};

/* More errors than these are counted, not kept. */
#define REPORT_MAX 20

struct report_line {
	char *file;
	struct place at;
	bool warning;
	char *text;
};

struct report {
	size_t errors, warnings;
	size_t count; /* of lines */
	struct report_line lines[REPORT_MAX];
};

/* Adds an error, or a warning: "WHAT; REMEDY", of which control characters become '?'. Borrows all.
 * The first returns false, for `return report_error(...)`. */
bool report_error(struct report *report, const char *file, struct place at, const char *format, ...)
	JOIST_PRINTF(4, 5);
void report_warning(struct report *report, const char *file, struct place at, const char *format,
		    ...) JOIST_PRINTF(4, 5);

/* Adds that memory is short; false. */
bool report_short(struct report *report, const char *file);

/* Writes the lines of each file in the order of their places, and how many were not kept. */
void report_print(struct report *report, FILE *out);

/* Writes one line as it is printed, without its newline. For tests and logs. */
size_t report_line_text(const struct report_line *line, char *buffer, size_t size);

/* Frees the lines. */
void report_finish(struct report *report);

/* The entry of `words` (ended by NULL) that `word` most likely means; NULL if none is near. */
const char *report_nearest(const char *word, const char *const *words);

#endif
