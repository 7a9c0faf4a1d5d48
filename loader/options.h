/* The options of a verb on the command line: a table, from which they are parsed and explained. */
#ifndef JOIST_LOADER_OPTIONS_H
#define JOIST_LOADER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_FLAG, /* `to` is a bool */
	OPTION_TEXT, /* a const char * */
	OPTION_TEXTS, /* a struct option_texts: it may be given many times */
	OPTION_NUMBER, /* an int64_t, from `low` to `high` */
};

#define OPTION_TEXTS_MAX 32

struct option_texts {
	const char *items[OPTION_TEXTS_MAX + 1]; /* ended by NULL */
	size_t count;
};

struct option {
	const char *name; /* with its dashes */
	enum option_type type;
	void *to;
	const char *value; /* what its value is called in the help; NULL for a flag */
	const char *about;
	int64_t low, high;
};

/* Takes the options out of `arguments` (ended by NULL), wherever they stand, up to "--"; the others
 * move to the front. How many there are; -1, with a line on standard error, if an option is wrong.
 * `options` ends with one without a name. Values are borrowed. */
int options_parse(const struct option *options, char **arguments);

/* Writes a line for each. */
void options_print(const struct option *options, FILE *out);

/* Reads a time such as "5s", "500ms" or "500"; NULL is `usual`. False if it is none, or of more than a
 * day. */
bool options_ms(const char *text, int64_t usual, int64_t *ret_ms);

#endif
