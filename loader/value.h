/* A JSON text as a tree in which every value and key knows its place. The only user of jansson. */
#ifndef JOIST_LOADER_VALUE_H
#define JOIST_LOADER_VALUE_H

#include "loader/report.h"
#include "vm/base/arena.h"

enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_WHOLE, /* an integer that fits 64 bits */
	VALUE_REAL,
	VALUE_TEXT,
	VALUE_LIST,
	VALUE_OBJECT,
};

struct value {
	enum value_kind kind;
	struct place at;
	const char *key; /* of a member of an object */
	struct place key_at;
	union {
		bool truth;
		int64_t whole;
		double real;
		const char *text; /* UTF-8 without a zero byte in it */
		struct value *first; /* of a list or object, in their order; NULL: empty */
	};
	struct value *next; /* in the list or object that this is part of */
};

/* Deeper nesting, and a longer file, are errors. */
#define VALUE_DEPTH_MAX 64
#define VALUE_BYTES_MAX (1 << 20)

/* Reads `size` bytes of the file `file` into `arena`; NULL, with an error added, if they are no JSON. */
struct value *value_read(const char *file, const char *text, size_t size, struct arena *arena,
			 struct report *report);

/* The member of an object by that name; NULL if there is none, or `object` is NULL or no object. */
struct value *value_get(const struct value *object, const char *key);

/* What `kind` is called in an error. */
const char *value_kind_name(enum value_kind kind);

#endif
