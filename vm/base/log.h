/* The node's log: one line for each event, in text or JSON, written by one call so that lines never mix. */
#ifndef JOIST_VM_BASE_LOG_H
#define JOIST_VM_BASE_LOG_H

#include <stdatomic.h>
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
};

struct log_field {
	const char *key;
	enum log_kind kind;
	const char *text;
	size_t size;
	int64_t number;
};

#define LOG_FIELD_TEXT(key, text_)                                                                 \
	((struct log_field){ (key), LOG_TEXT, (text_), __builtin_strlen(text_), 0 })
#define LOG_FIELD_BYTES(key, text_, size_)                                                         \
	((struct log_field){ (key), LOG_TEXT, (text_), (size_), 0 })
#define LOG_FIELD_INT(key, number_) ((struct log_field){ (key), LOG_INT, NULL, 0, (number_) })
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

/* A line, its newline included, is never longer; what has no room is left out, and the line says so. */
#define LOG_LINE_MAX 4096

/* Where lines go (standard error at first) and in which form; the lowest level that is written (info). */
void log_to(int fd, bool json);
void log_level_set(enum log_level level);

/* Whether an event of that level would be written: for what is costly to put together. */
bool log_wants(enum log_level level);

/* Writes the event's line. Any thread; allocates nothing and takes no lock. */
void log_write(const struct log_event *event);

/* The same for an event with only a message, made as by printf. */
__attribute__((format(printf, 3, 4))) void log_say(enum log_level level, const char *event,
						   const char *format, ...);

/* "debug", "info", ...; and back: false if `name` is no level. */
const char *log_level_name(enum log_level level);
bool log_level_find(const char *name, enum log_level *ret_level);

/* How often an event may be logged. Zero-initialised with `per_ns` set. */
struct log_rate {
	int64_t per_ns; /* at most one in that time */
	atomic_int_least64_t next; /* when the next one may be */
	atomic_int_least64_t skipped; /* since the last one */
};

/* Whether to log this one: then, how many were not since the last. Any thread. */
bool log_limit(struct log_rate *rate, int64_t *ret_skipped);

#endif
