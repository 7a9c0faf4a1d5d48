/* Places of JSON values, which jansson tells only of syntax errors. Owns nothing; any thread. */
#include "loader/cursor.h"

#include <string.h>

struct cursor cursor_over(const char *text, size_t size)
{
	return (struct cursor){ text, text + size, { 1, 1 } };
}

static void step(struct cursor *cursor)
{
	if (*cursor->at == '\n') {
		cursor->place.line++;
		cursor->place.column = 1;
	} else if ((*cursor->at & 0xc0) != 0x80) {
		/* The later bytes of a UTF-8 character are no columns of their own. */
		cursor->place.column++;
	}
	cursor->at++;
}

static bool is_one_of(const struct cursor *cursor, const char *characters)
{
	return cursor->at < cursor->end && *cursor->at && strchr(characters, *cursor->at);
}

static void step_over_string(struct cursor *cursor)
{
	step(cursor);
	while (cursor->at < cursor->end && *cursor->at != '"') {
		if (*cursor->at == '\\')
			step(cursor);
		if (cursor->at < cursor->end)
			step(cursor);
	}
	if (cursor->at < cursor->end)
		step(cursor);
}

struct place cursor_next(struct cursor *cursor)
{
	struct place place;

	while (is_one_of(cursor, " \t\r\n,:"))
		step(cursor);
	place = cursor->place;
	if (is_one_of(cursor, "[]{}")) {
		step(cursor);
	} else if (is_one_of(cursor, "\"")) {
		step_over_string(cursor);
	} else {
		while (cursor->at < cursor->end && !is_one_of(cursor, " \t\r\n,:[]{}\""))
			step(cursor);
	}
	return place;
}
