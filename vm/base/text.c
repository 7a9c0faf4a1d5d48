/* A buffer that doubles. Failing is remembered, so that a caller may add many parts and ask once, at the
 * end. Owned by one thread at a time. */
#include "vm/base/text.h"

#include <stdio.h>
#include <string.h>

#include "vm/base/heap.h"

#define ROOM_MIN 64

char *text_reserve(struct text *text, size_t bytes)
{
	size_t need, room = text->room * 2;

	if (text->failed)
		return NULL;
	if (text->data && text->room - text->size >= bytes)
		return text->data + text->size;
	text->failed = true;
	if (__builtin_add_overflow(text->size, bytes, &need))
		return NULL;
	if (room < ROOM_MIN)
		room = ROOM_MIN;
	room = heap_round(room < need ? need : room);
	char *data = heap_resize(text->data, text->room, room);
	if (!data)
		return NULL;
	text->failed = false;
	text->data = data;
	text->room = room;
	return data + text->size;
}

bool text_add(struct text *text, const void *bytes, size_t size)
{
	char *to = text_reserve(text, size);

	if (!to)
		return !size && !text->failed;
	if (size)
		memcpy(to, bytes, size);
	text->size += size;
	return true;
}

bool text_add_char(struct text *text, char c)
{
	return text_add(text, &c, 1);
}

bool text_addf(struct text *text, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *to = size < 0 ? NULL : text_reserve(text, (size_t)size + 1);
	if (to) {
		vsnprintf(to, (size_t)size + 1, format, again);
		text->size += (size_t)size;
	}
	va_end(again);
	return to != NULL;
}

char *text_end(struct text *text)
{
	char *end = text_reserve(text, 1);

	if (!end)
		return NULL;
	*end = '\0';
	return text->data;
}

void text_finish(struct text *text)
{
	heap_give(text->data, text->room);
	*text = (struct text){ 0 };
}
