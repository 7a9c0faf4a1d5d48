/* JSON by jansson, made into a tree with places by walking the text beside jansson's tree, whose
 * objects keep the order of their members.
 *
 * Trees live in the caller's arena; jansson's own are on libc's heap and gone when value_read returns.
 * Any thread. */
#include "loader/value.h"

#include <jansson.h>
#include <string.h>

#include "loader/cursor.h"

struct reader {
	const char *file;
	struct arena *arena;
	struct report *report;
	struct cursor cursor;
	unsigned depth;
};

static struct value *read_value(struct reader *reader, json_t *from);

static void *take(struct reader *reader, size_t bytes)
{
	void *memory = arena_take(reader->arena, (bytes + 7) / 8);

	if (memory)
		memset(memory, 0, bytes);
	else
		report_short(reader->report, reader->file);
	return memory;
}

static const char *copy_text(struct reader *reader, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = take(reader, size);

	return copy ? memcpy(copy, text, size) : NULL;
}

static bool read_list(struct reader *reader, struct value *list, json_t *from)
{
	struct value **end = &list->first;

	for (size_t i = 0; i < json_array_size(from); i++) {
		*end = read_value(reader, json_array_get(from, i));
		if (!*end)
			return false;
		end = &(*end)->next;
	}
	cursor_next(&reader->cursor); /* the closing bracket */
	return true;
}

static bool read_object(struct reader *reader, struct value *object, json_t *from)
{
	struct value **end = &object->first;

	for (void *i = json_object_iter(from); i; i = json_object_iter_next(from, i)) {
		struct place key_at = cursor_next(&reader->cursor);
		const char *key = copy_text(reader, json_object_iter_key(i));

		*end = key ? read_value(reader, json_object_iter_value(i)) : NULL;
		if (!*end)
			return false;
		(*end)->key = key;
		(*end)->key_at = key_at;
		end = &(*end)->next;
	}
	cursor_next(&reader->cursor);
	return true;
}

/* Fills in what the kind says; false when memory is short or a part is nested too deep. */
static bool read_content(struct reader *reader, struct value *value, json_t *from)
{
	switch (json_typeof(from)) {
	case JSON_OBJECT:
		value->kind = VALUE_OBJECT;
		return read_object(reader, value, from);
	case JSON_ARRAY:
		value->kind = VALUE_LIST;
		return read_list(reader, value, from);
	case JSON_STRING:
		value->kind = VALUE_TEXT;
		value->text = copy_text(reader, json_string_value(from));
		return value->text;
	case JSON_INTEGER:
		value->kind = VALUE_WHOLE;
		value->whole = json_integer_value(from);
		return true;
	case JSON_REAL:
		value->kind = VALUE_REAL;
		value->real = json_real_value(from);
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		value->kind = VALUE_BOOL;
		value->truth = json_is_true(from);
		return true;
	case JSON_NULL:
		break;
	}
	value->kind = VALUE_NULL;
	return true;
}

static struct value *read_value(struct reader *reader, json_t *from)
{
	struct value *value = take(reader, sizeof(*value));
	bool done;

	if (!value)
		return NULL;
	value->at = cursor_next(&reader->cursor);
	if (reader->depth == VALUE_DEPTH_MAX) {
		report_error(reader->report, reader->file, value->at,
			     "is nested deeper than %d; make it flatter", VALUE_DEPTH_MAX);
		return NULL;
	}
	reader->depth++;
	done = read_content(reader, value, from);
	reader->depth--;
	return done ? value : NULL;
}

/* jansson's words for what is wrong are good; its place is where it stopped reading. */
static void tell_syntax(const struct reader *reader, const json_error_t *error)
{
	struct place at = { (unsigned)error->line, (unsigned)error->column };

	if (error->line < 1)
		at = (struct place){ 1, 1 };
	else if (error->column < 1)
		at.column = 1;
	if (json_error_code(error) == json_error_duplicate_key)
		report_error(reader->report, reader->file, at, "%s; keep one of them", error->text);
	else
		report_error(reader->report, reader->file, at, "%s; write correct JSON",
			     error->text);
}

struct value *value_read(const char *file, const char *text, size_t size, struct arena *arena,
			 struct report *report)
{
	struct reader reader = { file, arena, report, cursor_over(text, size), 0 };
	struct value *value;
	json_error_t error;
	json_t *root;

	if (size > VALUE_BYTES_MAX) {
		report_error(report, file, (struct place){ 0 },
			     "is longer than %d bytes; move what is large into files of its own",
			     VALUE_BYTES_MAX);
		return NULL;
	}
	root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!root) {
		tell_syntax(&reader, &error);
		return NULL;
	}
	value = read_value(&reader, root);
	json_decref(root);
	return value;
}

struct value *value_get(const struct value *object, const char *key)
{
	if (!object || object->kind != VALUE_OBJECT)
		return NULL;
	for (struct value *member = object->first; member; member = member->next) {
		if (!strcmp(member->key, key))
			return member;
	}
	return NULL;
}

const char *value_kind_name(enum value_kind kind)
{
	static const char *const names[] = {
		[VALUE_NULL] = "null",	      [VALUE_BOOL] = "true or false",
		[VALUE_WHOLE] = "an integer", [VALUE_REAL] = "a number with a fraction",
		[VALUE_TEXT] = "a string",    [VALUE_LIST] = "a list",
		[VALUE_OBJECT] = "an object",
	};

	return names[kind];
}
