/* Errors and warnings about an operator's files.
 *
 * Owns its lines, on libc's heap. One thread. Where memory is short the count of errors still rises,
 * so that what is wrong is never taken for right. */
#include "loader/report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Keeps a message on one line, whatever a file put into it. */
static void flatten(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}

static void add(struct report *report, const char *file, struct place at, bool warning,
		const char *format, va_list arguments)
{
	struct report_line line = { .at = at, .warning = warning };

	if (warning)
		report->warnings++;
	else
		report->errors++;
	if (report->count == REPORT_MAX)
		return;
	if (vasprintf(&line.text, format, arguments) < 0)
		line.text = NULL;
	line.file = strdup(file);
	if (!line.text || !line.file) {
		free(line.text);
		free(line.file);
		return;
	}
	flatten(line.text);
	flatten(line.file);
	report->lines[report->count++] = line;
}

bool report_error(struct report *report, const char *file, struct place at, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(report, file, at, false, format, arguments);
	va_end(arguments);
	return false;
}

void report_warning(struct report *report, const char *file, struct place at, const char *format,
		    ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(report, file, at, true, format, arguments);
	va_end(arguments);
}

bool report_short(struct report *report, const char *file)
{
	return report_error(report, file, (struct place){ 0 },
			    "memory is short; free some and try again");
}

size_t report_line_text(const struct report_line *line, char *buffer, size_t size)
{
	const char *kind = line->warning ? "warning" : "error";

	if (!line->at.line)
		return (size_t)snprintf(buffer, size, "%s: %s: %s", line->file, kind, line->text);
	return (size_t)snprintf(buffer, size, "%s:%u:%u: %s: %s", line->file, line->at.line,
				line->at.column, kind, line->text);
}

/* Where the file of `line` was first named: files keep the order in which they came up. */
static size_t file_rank(const struct report *report, const struct report_line *line)
{
	size_t i = 0;

	while (strcmp(report->lines[i].file, line->file))
		i++;
	return i;
}

static bool comes_before(const struct report *report, const struct report_line *a,
			 const struct report_line *b)
{
	size_t rank_a = file_rank(report, a), rank_b = file_rank(report, b);

	if (rank_a != rank_b)
		return rank_a < rank_b;
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line;
	return a->at.column < b->at.column;
}

/* Orders indices of lines; stable, and short enough for the simplest way. */
static void order(const struct report *report, size_t *indices)
{
	for (size_t i = 0; i < report->count; i++) {
		size_t at = i;

		while (at &&
		       comes_before(report, &report->lines[i], &report->lines[indices[at - 1]])) {
			indices[at] = indices[at - 1];
			at--;
		}
		indices[at] = i;
	}
}

void report_print(struct report *report, FILE *out)
{
	size_t indices[REPORT_MAX];

	order(report, indices);
	for (size_t i = 0; i < report->count; i++) {
		char text[4096];

		report_line_text(&report->lines[indices[i]], text, sizeof(text));
		fprintf(out, "%s\n", text);
	}
	if (report->errors + report->warnings > report->count)
		fprintf(out, "... and %zu more\n",
			report->errors + report->warnings - report->count);
}

void report_finish(struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		free(report->lines[i].file);
		free(report->lines[i].text);
	}
	*report = (struct report){ 0 };
}

/* How many letters must be put in, taken out, changed or swapped with a neighbour to make `b` of `a`. */
static size_t distance(const char *a, const char *b)
{
	enum { LETTERS_MAX = 40 };
	size_t rows[3][LETTERS_MAX + 1], size_a = strlen(a), size_b = strlen(b);

	if (size_a > LETTERS_MAX || size_b > LETTERS_MAX)
		return LETTERS_MAX;
	for (size_t j = 0; j <= size_b; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= size_a; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *top = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= size_b; j++) {
			size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    top[j - 2] + 1 < best)
				best = top[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[size_a % 3][size_b];
}

const char *report_nearest(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	size_t best = strlen(word) / 3 + 2; /* a third of the letters wrong is still a guess */

	for (; *words; words++) {
		size_t far = distance(word, *words);

		if (far < best && far < strlen(*words)) {
			best = far;
			nearest = *words;
		}
	}
	return nearest;
}
