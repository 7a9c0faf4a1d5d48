/* Naming the frames of a line. It is this program's own, but of a process that was damaged: what does not
 * look as it should is copied as it is. One thread, which may wait. */
#include "loader/postmortem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/locate.h"
#include "vm/base/clock.h"
#include "vm/base/logline.h"

#define LIBRARY "\"library\":\""
#define OFFSET "\",\"offset\":"

/* What is added to one frame. */
static size_t print_spot(const struct spot *spot, char *to, size_t room)
{
	char function[256], source[512];
	int used = 0;

	logline_escape(function, sizeof(function), spot->function);
	logline_escape(source, sizeof(source), spot->source);
	if (spot->function[0])
		used = snprintf(to, room, ",\"symbol\":\"%s\",\"symbol_offset\":%" PRIu64, function,
				spot->distance);
	if (spot->line && used >= 0 && (size_t)used < room)
		used += snprintf(to + used, room - (size_t)used, ",\"file\":\"%s\",\"line\":%u",
				 source, spot->line);
	return (size_t)used;
}

static void print_where(const struct spot *spot, char where[static 512])
{
	const char *slash = strrchr(spot->source, '/');

	if (!where[0] && spot->function[0] && spot->line)
		snprintf(where, 512, "%s (%s:%u)", spot->function, slash ? slash + 1 : spot->source,
			 spot->line);
}

/* The frame that begins at `at`: its library and where in it. Its end, or NULL if there is no more. */
static const char *next_frame(const char *at, char library[static 4096], uint64_t *ret_offset)
{
	const char *start = strstr(at, LIBRARY), *end = start ? strstr(start, OFFSET) : NULL;
	char *rest;

	if (!end)
		return NULL;
	start += strlen(LIBRARY);
	snprintf(library, 4096, "%.*s", (int)(end - start), start);
	*ret_offset = strtoull(end + strlen(OFFSET), &rest, 10);
	return rest;
}

void postmortem_name(const char *line, char *to, size_t room, char where[static 512])
{
	static struct locator locator;
	int64_t deadline_ns = clock_now_ns() + 2 * CLOCK_NS_PER_S;
	char library[4096], text[1024];
	const char *end;
	uint64_t offset;

	locator_init(&locator);
	where[0] = '\0';
	/* The innermost frame of a fault is where it happened; the others are where calls return to. */
	for (bool is_call = false; (end = next_frame(line, library, &offset)); is_call = true) {
		size_t copied = (size_t)(end - line), more = 0;
		struct spot spot;

		if (locator_ask(&locator, library, offset - is_call, deadline_ns, &spot)) {
			more = print_spot(&spot, text, sizeof(text));
			print_where(&spot, where);
		}
		if (copied + more + strlen(end) >= room)
			break;
		to = mempcpy(mempcpy(to, line, copied), text, more);
		room -= copied + more;
		line = end;
	}
	snprintf(to, room, "%s", line);
	locator_finish(&locator);
}
