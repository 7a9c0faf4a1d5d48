/* How an event becomes a line: JSON for programs, or words for people.
 *
 * Whatever the texts hold, a line stays one line and its JSON valid: control characters are escaped,
 * bytes that are no UTF-8 become U+FFFD, and what has no room is cut at a character's end or left out
 * whole. Works in the caller's memory only. */
#include "vm/base/logline.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/clock.h"
#include "vm/base/utf8.h"

/* What a line ends with if something was cut; there is always room for it. */
#define CUT_JSON ",\"cut\":true}\n"
#define CUT_TEXT " cut=true\n"
#define ROOM (LOG_LINE_MAX - sizeof(CUT_JSON))

static const char *const level_names[] = { "debug", "info", "notice", "warning", "error" };

enum { LEVELS = sizeof(level_names) / sizeof(level_names[0]) };

const char *log_level_name(enum log_level level)
{
	return (unsigned)level < LEVELS ? level_names[level] : "error";
}

bool log_level_find(const char *name, enum log_level *ret_level)
{
	for (unsigned i = 0; i < LEVELS; i++) {
		if (!strcmp(name, level_names[i])) {
			*ret_level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

static bool line_fits(struct logline *line, size_t size)
{
	if (ROOM - line->size >= size)
		return true;
	line->cut = true;
	return false;
}

static void line_add(struct logline *line, const char *bytes, size_t size)
{
	if (line_fits(line, size)) {
		memcpy(line->bytes + line->size, bytes, size);
		line->size += size;
	}
}

__attribute__((format(printf, 2, 3))) static void line_addf(struct logline *line,
							    const char *format, ...)
{
	char piece[256];
	va_list args;

	va_start(args, format);
	int size = vsnprintf(piece, sizeof(piece), format, args);
	va_end(args);
	if (size >= 0 && (size_t)size < sizeof(piece))
		line_add(line, piece, (size_t)size);
	else
		line->cut = true;
}

/* How the first character of `text` is written: how many bytes it takes of `text`, and what it is,
 * in `*ret_piece`, which has room for `piece`. */
static size_t escape_next(const char *text, size_t size, char piece[8], size_t *ret_piece)
{
	const unsigned char *at = (const unsigned char *)text;
	uint32_t c = utf8_next(&at, at + size);
	size_t length = c == UTF8_BAD ? 1 : (size_t)((const char *)at - text);

	if (c == '"' || c == '\\')
		*ret_piece = (size_t)sprintf(piece, "\\%c", (char)c);
	else if (c == '\n')
		*ret_piece = (size_t)sprintf(piece, "\\n");
	else if (c == '\t')
		*ret_piece = (size_t)sprintf(piece, "\\t");
	else if (c < 0x20 || c == 0x7f)
		*ret_piece = (size_t)sprintf(piece, "\\u%04x", c);
	else if (c == UTF8_BAD)
		*ret_piece = (size_t)sprintf(piece, "\xef\xbf\xbd");
	else
		memcpy(piece, text, *ret_piece = length);
	return length;
}

void logline_escape(char *to, size_t room, const char *text)
{
	size_t size = strlen(text), piece_size;
	char piece[8];

	while (size) {
		size_t used = escape_next(text, size, piece, &piece_size);

		if (piece_size >= room)
			break;
		memcpy(to, piece, piece_size);
		to += piece_size;
		room -= piece_size;
		text += used;
		size -= used;
	}
	*to = '\0';
}

/* Adds `text`, escaped, as far as there is room for it and a quotation mark behind it. */
static void line_add_escaped(struct logline *line, const char *text, size_t size)
{
	char piece[8];
	size_t piece_size;

	while (size) {
		size_t used = escape_next(text, size, piece, &piece_size);
		if (!line_fits(line, piece_size + 1))
			return;
		line_add(line, piece, piece_size);
		text += used;
		size -= used;
	}
}

static void line_add_quoted(struct logline *line, const char *text, size_t size)
{
	if (!line_fits(line, 2))
		return;
	line_add(line, "\"", 1);
	line_add_escaped(line, text, size);
	line_add(line, "\"", 1);
}

/* Whether a text needs no quotation marks to be seen as one word. */
static bool text_is_word(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)text[i] <= ' ' || strchr("\"\\=", text[i]) || text[i] == 0x7f)
			return false;
	}
	return size > 0;
}

static void line_add_value(struct logline *line, const struct log_field *field)
{
	unsigned kind = field->kind & ~(unsigned)LOG_HIDDEN;

	if (kind == LOG_INT)
		line_addf(line, "%lld", (long long)field->number);
	else if (kind == LOG_JSON)
		line_add(line, field->text, field->size);
	else if (line->json || !text_is_word(field->text, field->size))
		line_add_quoted(line, field->text, field->size);
	else
		line_add_escaped(line, field->text, field->size);
}

/* Adds a field, or nothing of it if its value has no room at all. */
static void line_add_field(struct logline *line, const struct log_field *field)
{
	size_t before = line->size;

	line_addf(line, line->json ? ",\"%s\":" : " %s=", field->key);
	size_t value = line->size;
	if (value > before)
		line_add_value(line, field);
	if (line->size == value)
		line->size = before;
}

/* Days since 1970-01-01 as a date of the Gregorian calendar, counted in years that start in March. */
static void date_of(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day)
{
	days += 719468; /* since 0000-03-01 */
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day = days - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t rest = day - (365 * year + year / 4 - year / 100);
	int month = (int)((5 * rest + 2) / 153);

	*ret_day = (int)(rest - (153 * month + 2) / 5) + 1;
	*ret_month = month < 10 ? month + 3 : month - 9;
	*ret_year = year + era * 400 + (*ret_month <= 2);
}

static void line_add_time(struct logline *line, int64_t system_ns)
{
	int64_t seconds = system_ns / CLOCK_NS_PER_S, year;
	int second = (int)(seconds % 86400), month, day;

	date_of(seconds / 86400, &year, &month, &day);
	line_addf(line, "%04lld-%02d-%02dT%02d:%02d:%02d.%06dZ", (long long)year, month, day,
		  second / 3600, second / 60 % 60, second % 60,
		  (int)(system_ns % CLOCK_NS_PER_S / 1000));
}

static void line_start_json(struct logline *line, int64_t system_ns, const struct log_event *event)
{
	line_addf(line, "{\"time\":\"");
	line_add_time(line, system_ns);
	line_addf(line, "\",\"level\":\"%s\",\"event\":\"%s\"", log_level_name(event->level),
		  event->event);
	if (event->message)
		line_add_field(line, &LOG_FIELD_TEXT("message", event->message));
}

static void line_start_text(struct logline *line, int64_t system_ns, const struct log_event *event)
{
	line_add_time(line, system_ns);
	line_addf(line, " %s %s", log_level_name(event->level), event->event);
	if (event->message) {
		line_add(line, ": ", 2);
		line_add_escaped(line, event->message, strlen(event->message));
	}
}

static bool is_shown(const struct log_field *field, bool json)
{
	return field->kind != LOG_MORE && (json || !(field->kind & LOG_HIDDEN));
}

/* Adds as many whole lines as there is room for. */
static void line_add_more(struct logline *line, const char *more)
{
	const char *newline;

	for (; (newline = strchr(more, '\n')); more = newline + 1) {
		size_t size = (size_t)(newline + 1 - more);

		if (line->size + size > LOG_LINE_MAX)
			return;
		memcpy(line->bytes + line->size, more, size);
		line->size += size;
	}
}

void logline_make(struct logline *line, bool json, int64_t system_ns, const struct log_event *event)
{
	line->size = 0;
	line->json = json;
	line->cut = false;
	if (json)
		line_start_json(line, system_ns, event);
	else
		line_start_text(line, system_ns, event);
	for (size_t i = 0; i < event->count; i++) {
		if (is_shown(&event->fields[i], json))
			line_add_field(line, &event->fields[i]);
	}
	const char *end = json ? "}\n" : "\n";
	if (line->cut)
		end = json ? CUT_JSON : CUT_TEXT;
	memcpy(line->bytes + line->size, end, strlen(end));
	line->size += strlen(end);
	for (size_t i = 0; i < event->count && !json; i++) {
		if (event->fields[i].kind == LOG_MORE)
			line_add_more(line, event->fields[i].text);
	}
}
