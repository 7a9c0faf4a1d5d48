/* Whether a text has a form. The patterns are POSIX's, of which this knows what forms need: from the
 * beginning of the text, part by part, each a letter, \ and a letter, . or [...], as often as +, * or
 * {M,N} says; and | between whole patterns. A part takes all letters that it can, so the next one has to
 * begin with another.
 *
 * regcomp() would write each repetition out: 0.5 ms and 600 KiB for 255 of them. Any thread. */
#include "loader/schema.h"

#include <stdlib.h>
#include <string.h>

struct part {
	const char *letters, *end;
	size_t least, most;
};

/* Where the next part begins. */
static const char *part_read(struct part *part, const char *at)
{
	*part = (struct part){ .letters = at, .least = 1, .most = 1 };
	if (*at == '[')
		at = strchr(at, ']');
	else if (*at == '\\')
		at++;
	part->end = ++at;
	if (*at == '+' || *at == '*') {
		part->least = *at == '+';
		part->most = SIZE_MAX;
		return at + 1;
	}
	if (*at == '{') {
		char *rest;

		part->least = strtoul(at + 1, &rest, 10);
		part->most = strtoul(rest + 1, &rest, 10);
		return rest + 1;
	}
	return at;
}

static bool part_has(const struct part *part, char letter)
{
	const char *at = part->letters, *end = part->end - 1;

	if (*at != '[')
		return *at == '.' || letter == *end;
	for (at++; at < end; at++) {
		if (at[1] == '-' && at + 2 < end) {
			if (letter >= at[0] && letter <= at[2])
				return true;
			at += 2;
		} else if (letter == *at) {
			return true;
		}
	}
	return false;
}

static bool fits_one(const char *pattern, const char *text)
{
	struct part part;

	while (*pattern && *pattern != '$' && *pattern != '|') {
		size_t count = 0;

		pattern = part_read(&part, pattern);
		for (; count < part.most && *text && part_has(&part, *text); count++)
			text++;
		if (count < part.least)
			return false;
	}
	return *pattern != '$' || !*text;
}

bool schema_fits(const struct schema_form *form, const char *text)
{
	for (const char *one = form->pattern; one; one = strchr(one, '|')) {
		one += strspn(one, "|^");
		if (fits_one(one, text))
			return true;
	}
	return false;
}
