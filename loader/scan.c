/* Places of JSON values, which jansson tells only of syntax errors. Owns nothing; any thread. */
#include "loader/scan.h"

#include <string.h>

struct scan scan_over(const char *text, size_t size)
{
	return (struct scan){ text, text + size, { 1, 1 } };
}

static void step(struct scan *scan)
{
	if (*scan->at == '\n') {
		scan->place.line++;
		scan->place.column = 1;
	} else if ((*scan->at & 0xc0) != 0x80) {
		/* The later bytes of a UTF-8 character are no columns of their own. */
		scan->place.column++;
	}
	scan->at++;
}

static bool is_one_of(const struct scan *scan, const char *characters)
{
	return scan->at < scan->end && *scan->at && strchr(characters, *scan->at);
}

static void step_over_string(struct scan *scan)
{
	step(scan);
	while (scan->at < scan->end && *scan->at != '"') {
		if (*scan->at == '\\')
			step(scan);
		if (scan->at < scan->end)
			step(scan);
	}
	if (scan->at < scan->end)
		step(scan);
}

struct place scan_next(struct scan *scan)
{
	struct place place;

	while (is_one_of(scan, " \t\r\n,:"))
		step(scan);
	place = scan->place;
	if (is_one_of(scan, "[]{}")) {
		step(scan);
	} else if (is_one_of(scan, "\"")) {
		step_over_string(scan);
	} else {
		while (scan->at < scan->end && !is_one_of(scan, " \t\r\n,:[]{}\""))
			step(scan);
	}
	return place;
}
