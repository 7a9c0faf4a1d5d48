/* What is logged, and the line that it makes. */
#ifndef JOIST_VM_BASE_LOGLINE_H
#define JOIST_VM_BASE_LOGLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_ERROR,
};

enum log_kind {
	LOG_TEXT, /* `text`, of `size` bytes: UTF-8 or not */
	LOG_INT,
	LOG_JSON, /* `text` is JSON already, such as a list of frames */
	LOG_MORE, /* lines for people that belong to this one, each with its newline; not in JSON */
	LOG_HIDDEN = 8, /* beside another: not for people, whom the message tells it */
};

struct log_field {
	const char *key;
	unsigned kind; /* enum log_kind */
	const char *text;
	size_t size;
	int64_t number;
};

#define LOG_FIELD_TEXT(key, text_)                                                                 \
	((struct log_field){ (key), LOG_TEXT, (text_), __builtin_strlen(text_), 0 })
#define LOG_FIELD_BYTES(key, text_, size_)                                                         \
	((struct log_field){ (key), LOG_TEXT, (text_), (size_), 0 })
#define LOG_FIELD_INT(key, number_) ((struct log_field){ (key), LOG_INT, NULL, 0, (number_) })
#define LOG_FIELD_MORE(text_)                                                                      \
	((struct log_field){ NULL, LOG_MORE, (text_), __builtin_strlen(text_), 0 })
#define LOG_FIELD_JSON(key, text_, size_)                                                          \
	((struct log_field){ (key), LOG_JSON, (text_), (size_), 0 })

/* What a line says. */
struct log_event {
	enum log_level level;
	const char *event; /* a word by which programs know it: "crash" */
	const char *message; /* a sentence for people; may be NULL */
	const struct log_field *fields;
	size_t count;
};

/* A line, its newline included and those that belong to it, is never longer; what has no room is left out,
 * and the line says so. */
#define LOG_LINE_MAX 4096

/* "debug", "info", ...; and back: false if `name` is no level. */
const char *log_level_name(enum log_level level);
bool log_level_find(const char *name, enum log_level *ret_level);

struct logline {
	size_t size;
	bool json;
	bool cut; /* something had no room */
	char bytes[LOG_LINE_MAX];
};

/* Writes `text` as far as there is room, with escapes as between quotation marks of JSON. */
void logline_escape(char *to, size_t room, const char *text);

/* Makes `line` the line of `event`, newline included. `system_ns` is when it happened. */
void logline_make(struct logline *line, bool json, int64_t system_ns,
		  const struct log_event *event);

#endif
