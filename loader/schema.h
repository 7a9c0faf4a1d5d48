/* What a boot script may say: a table of its keys. The check of a script, docs/boot.schema.json and the
 * words of the errors all come from it. */
#ifndef JOIST_LOADER_SCHEMA_H
#define JOIST_LOADER_SCHEMA_H

#include "loader/value.h"

enum schema_type {
	SCHEMA_BOOL,
	SCHEMA_WHOLE, /* from `low` to `high` */
	SCHEMA_NUMBER, /* likewise, with a fraction or without */
	SCHEMA_TEXT, /* of `form`, if it has one */
	SCHEMA_CHOICE, /* one of `choices` */
	SCHEMA_WHOLE_OR_CHOICE,
	SCHEMA_ANYTHING, /* an object with any keys */
	SCHEMA_OBJECT, /* of `schema` */
	SCHEMA_OBJECTS, /* a list of them */
	SCHEMA_TEXTS, /* a list of texts of `form` */
};

/* A form of text: a POSIX extended regular expression, of the kind that schema_form.c knows, and what it
 * is in words. */
struct schema_form {
	const char *pattern, *words;
};

struct schema_key {
	const char *name;
	enum schema_type type;
	bool required;
	int64_t low, high;
	const char *const *choices; /* ended by NULL */
	const struct schema_form *form;
	const struct schema *schema;
	const char *preset; /* what holds without the key, as JSON; NULL: nothing */
	const char *about; /* for the schema and the manual */
};

struct schema {
	const char *name; /* "the child", for errors */
	const struct schema_key *keys; /* ended by one without a name */
};

/* The whole script. */
extern const struct schema schema_boot;

/* The form of a node's name. */
extern const struct schema_form schema_node_name, schema_address;

/* Whether `text` has that form. */
bool schema_fits(const struct schema_form *form, const char *text);

/* Checks `value` and its parts; false, with all errors added, if something is wrong. */
bool schema_check(const struct schema *schema, const struct value *value, const char *file,
		  struct report *report);

/* Writes the whole script's schema as a JSON Schema. */
void schema_print(FILE *out);

#endif
