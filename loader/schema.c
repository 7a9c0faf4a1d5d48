/* Checks a boot script's tree against the table of its keys.
 *
 * All that is wrong is told in one run. Owns nothing; any thread. */
#include "loader/schema.h"

#include <inttypes.h>
#include <string.h>

/* Room for the names of all keys or choices of one place. */
#define WORDS_MAX 32
#define WORDS_BYTES 512

struct check {
	const char *file;
	struct report *report;
};

static const char *join(const char *const *words, char buffer[static WORDS_BYTES])
{
	size_t size = 0;

	buffer[0] = 0;
	for (; *words && size < WORDS_BYTES; words++)
		size += (size_t)snprintf(buffer + size, WORDS_BYTES - size, "%s%s",
					 size ? ", " : "", *words);
	return buffer;
}

static const struct schema_key *find_key(const struct schema *schema, const char *name)
{
	for (const struct schema_key *key = schema->keys; key->name; key++) {
		if (!strcmp(key->name, name))
			return key;
	}
	return NULL;
}

static bool tell_unknown_key(const struct check *c, const struct schema *schema,
			     const struct value *member)
{
	const char *words[WORDS_MAX + 1] = { 0 }, *nearest;
	char all[WORDS_BYTES];

	for (size_t i = 0; i < WORDS_MAX && schema->keys[i].name; i++)
		words[i] = schema->keys[i].name;
	nearest = report_nearest(member->key, words);
	if (nearest)
		return report_error(c->report, c->file, member->key_at,
				    "%s has no key \"%s\"; did you mean \"%s\"?", schema->name,
				    member->key, nearest);
	return report_error(c->report, c->file, member->key_at,
			    "%s has no key \"%s\"; its keys are %s", schema->name, member->key,
			    join(words, all));
}

static bool tell_choice(const struct check *c, const char *name, const struct value *value,
			const char *const *choices)
{
	const char *nearest = report_nearest(value->text, choices);
	char all[WORDS_BYTES];

	if (nearest)
		return report_error(c->report, c->file, value->at,
				    "\"%s\" is \"%s\"; did you mean \"%s\"?", name, value->text,
				    nearest);
	return report_error(c->report, c->file, value->at, "\"%s\" is \"%s\"; write one of %s",
			    name, value->text, join(choices, all));
}

static bool tell_kind(const struct check *c, const char *name, const struct value *value,
		      const char *wanted)
{
	return report_error(c->report, c->file, value->at, "\"%s\" is %s; write %s", name,
			    value_kind_name(value->kind), wanted);
}

static bool check_range(const struct check *c, const struct schema_key *key,
			const struct value *value)
{
	bool whole = value->kind == VALUE_WHOLE;

	if (whole && value->whole >= key->low && value->whole <= key->high)
		return true;
	if (!whole && value->real >= (double)key->low && value->real <= (double)key->high)
		return true;
	if (key->high == INT64_MAX)
		return report_error(c->report, c->file, value->at,
				    "\"%s\" is out of range; write %" PRId64 " or more", key->name,
				    key->low);
	return report_error(c->report, c->file, value->at,
			    "\"%s\" is out of range; write a number from %" PRId64 " to %" PRId64,
			    key->name, key->low, key->high);
}

static bool check_choice(const struct check *c, const struct schema_key *key,
			 const struct value *value)
{
	for (const char *const *choice = key->choices; *choice; choice++) {
		if (!strcmp(*choice, value->text))
			return true;
	}
	return tell_choice(c, key->name, value, key->choices);
}

static bool check_form(const struct check *c, const struct schema_key *key,
		       const struct value *value)
{
	if (!key->form || schema_fits(key->form, value->text))
		return true;
	return report_error(c->report, c->file, value->at, "\"%s\" is \"%s\"; write %s", key->name,
			    value->text, key->form->words);
}

static bool check_texts(const struct check *c, const struct schema_key *key,
			const struct value *list)
{
	bool fine = true;

	for (const struct value *item = list->first; item; item = item->next) {
		if (item->kind == VALUE_TEXT)
			fine = check_form(c, key, item) && fine;
		else
			fine = tell_kind(c, key->name, item, "a string in it");
	}
	return fine;
}

static bool check_objects(const struct check *c, const struct schema_key *key,
			  const struct value *list)
{
	bool fine = true;

	for (const struct value *item = list->first; item; item = item->next) {
		if (item->kind == VALUE_OBJECT)
			fine = schema_check(key->schema, item, c->file, c->report) && fine;
		else
			fine = tell_kind(c, key->name, item, "an object in it");
	}
	return fine;
}

static bool check_number(const struct check *c, const struct schema_key *key,
			 const struct value *value)
{
	if (value->kind == VALUE_WHOLE || (key->type == SCHEMA_NUMBER && value->kind == VALUE_REAL))
		return check_range(c, key, value);
	return tell_kind(c, key->name, value,
			 key->type == SCHEMA_NUMBER ? "a number" : "an integer");
}

static bool check_value(const struct check *c, const struct schema_key *key,
			const struct value *value)
{
	switch (key->type) {
	case SCHEMA_BOOL:
		return value->kind == VALUE_BOOL || tell_kind(c, key->name, value, "true or false");
	case SCHEMA_WHOLE_OR_CHOICE:
		if (value->kind == VALUE_TEXT)
			return check_choice(c, key, value);
		return check_number(c, key, value);
	case SCHEMA_WHOLE:
	case SCHEMA_NUMBER:
		return check_number(c, key, value);
	case SCHEMA_TEXT:
		if (value->kind == VALUE_TEXT)
			return check_form(c, key, value);
		return tell_kind(c, key->name, value, "a string");
	case SCHEMA_CHOICE:
		if (value->kind == VALUE_TEXT)
			return check_choice(c, key, value);
		return tell_kind(c, key->name, value, "a string");
	case SCHEMA_ANYTHING:
		return value->kind == VALUE_OBJECT || tell_kind(c, key->name, value, "an object");
	case SCHEMA_OBJECT:
		if (value->kind == VALUE_OBJECT)
			return schema_check(key->schema, value, c->file, c->report);
		return tell_kind(c, key->name, value, "an object");
	case SCHEMA_OBJECTS:
		if (value->kind == VALUE_LIST)
			return check_objects(c, key, value);
		return tell_kind(c, key->name, value, "a list");
	case SCHEMA_TEXTS:
		if (value->kind == VALUE_LIST)
			return check_texts(c, key, value);
		return tell_kind(c, key->name, value, "a list");
	}
	return false;
}

bool schema_check(const struct schema *schema, const struct value *value, const char *file,
		  struct report *report)
{
	const struct check c = { file, report };
	bool fine = true;

	if (value->kind != VALUE_OBJECT)
		return report_error(report, file, value->at, "%s is %s; write an object",
				    schema->name, value_kind_name(value->kind));
	for (const struct value *member = value->first; member; member = member->next) {
		const struct schema_key *key = find_key(schema, member->key);

		if (key)
			fine = check_value(&c, key, member) && fine;
		else
			fine = tell_unknown_key(&c, schema, member);
	}
	for (const struct schema_key *key = schema->keys; key->name; key++) {
		if (key->required && !value_get(value, key->name))
			fine = report_error(report, file, value->at, "%s has no \"%s\"; add it",
					    schema->name, key->name);
	}
	return fine;
}
