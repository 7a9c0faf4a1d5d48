/* Expands ${NAME} in the strings of a JSON tree. The new texts live in the caller's arena. Must not run
 * beside setenv. */
#include "loader/env.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX 65536
#define NAME_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789"

struct expansion {
	const struct value *value;
	const char *file;
	struct report *report;
	size_t size;
	char text[TEXT_BYTES_MAX];
};

static bool put(struct expansion *e, const char *bytes, size_t size)
{
	if (size >= sizeof(e->text) - e->size)
		return report_error(e->report, e->file, e->value->at,
				    "the string is longer than %d bytes; shorten it",
				    TEXT_BYTES_MAX);
	memcpy(e->text + e->size, bytes, size);
	e->size += size;
	return true;
}

/* Puts the value of the name that starts at `name`, and returns what follows its brace. */
static const char *put_variable(struct expansion *e, const char *name)
{
	size_t size = strspn(name, NAME_LETTERS);
	char word[256];
	const char *value;

	if (!size || name[size] != '}' || size >= sizeof(word)) {
		report_error(
			e->report, e->file, e->value->at,
			"the string has a ${ without a name and a }; write ${NAME}, or $${ for "
			"the signs themselves");
		return NULL;
	}
	memcpy(word, name, size);
	word[size] = 0;
	value = getenv(word);
	if (!value) {
		report_error(e->report, e->file, e->value->at,
			     "the environment has no %s; export it, or write $${ for the signs "
			     "themselves",
			     word);
		return NULL;
	}
	return put(e, value, strlen(value)) ? name + size + 1 : NULL;
}

static bool expand_text(struct expansion *e)
{
	const char *at = e->value->text, *next;

	while ((next = strstr(at, "${"))) {
		bool escaped = next > at && next[-1] == '$';

		if (!put(e, at, (size_t)(next - at)))
			return false;
		if (escaped) {
			at = next + 1; /* one of the two signs */
			continue;
		}
		at = put_variable(e, next + 2);
		if (!at)
			return false;
	}
	return put(e, at, strlen(at));
}

static bool expand_string(struct value *value, const char *file, struct arena *arena,
			  struct report *report)
{
	struct expansion *e;
	char *copy = NULL;

	if (!strstr(value->text, "${"))
		return true;
	e = malloc(sizeof(*e));
	if (!e)
		return report_short(report, file);
	*e = (struct expansion){ .value = value, .file = file, .report = report };
	if (!expand_text(e))
		goto out;
	copy = (char *)arena_take(arena, e->size / 8 + 1);
	if (!copy) {
		report_short(report, file);
		goto out;
	}
	memcpy(copy, e->text, e->size);
	copy[e->size] = 0;
	value->text = copy;
out:
	free(e);
	return copy;
}

bool env_expand(struct value *value, const char *file, struct arena *arena, struct report *report)
{
	bool fine = true;

	if (value->kind == VALUE_TEXT)
		return expand_string(value, file, arena, report);
	if (value->kind != VALUE_LIST && value->kind != VALUE_OBJECT)
		return true;
	for (struct value *part = value->first; part; part = part->next)
		fine = env_expand(part, file, arena, report) && fine;
	return fine;
}
