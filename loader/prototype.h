/* C prototypes, as a binding states them: what the functions of a library look like, with notes on what C
 * cannot say.
 *
 *   typedef struct sqlite3 sqlite3;
 *   enum outcome { OK [[as=ok]] = 0, BUSY [[as=busy]] = 5 };
 *   int sqlite3_open(const char *name, sqlite3 **db [[out, free=sqlite3_close]]) [[status]];
 *
 * All of it lives in one arena. Names are ended by a zero byte. */
#ifndef JOIST_LOADER_PROTOTYPE_H
#define JOIST_LOADER_PROTOTYPE_H

#include <joist/abi.h>
#include <joist/term.h>

#include "loader/report.h"
#include "vm/base/arena.h"

enum prototype_kind {
	PROTOTYPE_VOID,
	PROTOTYPE_BOOL,
	PROTOTYPE_INTEGER,
	PROTOTYPE_REAL,
	PROTOTYPE_ENUM,
	PROTOTYPE_STRUCT,
	PROTOTYPE_POINTER,
	PROTOTYPE_ARRAY,
	PROTOTYPE_FUNCTION,
};

enum prototype_note_kind {
	NOTE_AS, /* the name that Erlang knows it by */
	NOTE_BLOCKING,
	NOTE_ERRNO,
	NOTE_FAILURE, /* what a callback returns if nobody answers */
	NOTE_FREE, /* the function that frees what comes out */
	NOTE_IN,
	NOTE_INOUT,
	NOTE_LEN, /* how many elements a pointer points to */
	NOTE_NULL,
	NOTE_NULLABLE,
	NOTE_OUT,
	NOTE_SCOPE, /* the handle that a callback lives as long as */
	NOTE_STATUS,
	NOTE_THREADSAFE,
	NOTE_USED,
};

/* One annotation of a [[...]]. */
struct prototype_note {
	struct prototype_note *next;
	enum prototype_note_kind kind;
	struct place at;
	bool has_value;
	const char *word; /* what follows its =; NULL: a number, or nothing */
	int64_t number;
	struct place value_at;
};

/* What has a name and a type: a parameter, a field, a typedef, a function; an enumerator has a value. */
struct prototype_item {
	struct prototype_item *next;
	const char *name; /* NULL: none */
	struct place at; /* of the name, or where it would stand */
	struct prototype_type *type;
	struct prototype_note *notes;
	int64_t value;
};

struct prototype_items {
	struct prototype_item *first, *last;
	size_t count;
};

/* An enum or a struct. */
struct prototype_tag {
	struct prototype_tag *next;
	enum prototype_kind kind;
	const char *name; /* NULL: none */
	struct place at;
	bool is_complete; /* its items are known */
	struct prototype_items items;
	size_t bytes, alignment; /* of a complete one */
	unsigned depth; /* of structs in it */
	const struct joist_ctype *made; /* of it, by binding_type.c; NULL: not yet */
};

struct prototype_type {
	enum prototype_kind kind;
	bool is_const;
	bool is_signed; /* of an integer */
	bool is_char; /* char, which is text, and not signed char or unsigned char */
	bool is_variadic; /* of a function */
	size_t bytes, alignment; /* 0: unknown, or no object */
	struct prototype_tag *tag; /* of an enum or a struct */
	struct prototype_item *named; /* the typedef that it was written as; NULL: none */
	struct prototype_type *of; /* of a pointer or array: to what; of a function: the result */
	uint64_t count; /* of an array */
	struct prototype_items parameters; /* of a function; beyond `fixed` stand those of ... */
	size_t fixed;
};

struct prototypes {
	struct arena arena;
	struct prototype_items functions, typedefs;
	struct prototype_tag *tags;
	size_t tag_count, enumerator_count;
};

/* A text of declarations. */
struct prototype_source {
	const char *file; /* it stands in, for errors */
	struct joist_bytes text;
	struct place start; /* of its first character */
	bool quoted; /* it stands in a JSON string */
};

/* The most functions, types, and parts of one of these. */
#define PROTOTYPES_MAX 4096
#define PROTOTYPE_PARAMETERS_MAX 16
#define PROTOTYPE_STRUCT_BYTES_MAX 65536
/* How deep declarators, and structs in structs, may be nested. */
#define PROTOTYPE_DEPTH_MAX 16

/* Reads declarations into `into`, which is zeroed or has what was declared before. False, with all errors
 * added, if something is wrong. In any case `into` must be finished. */
bool prototype_read(struct prototypes *into, const struct prototype_source *source,
		    struct report *report);

void prototype_finish(struct prototypes *prototypes);

/* The item of that name; NULL if there is none, or `name` is NULL. */
struct prototype_item *prototype_find(const struct prototype_items *items, const char *name);

/* The note of that kind; NULL if there is none. */
struct prototype_note *prototype_note(const struct prototype_item *item,
				      enum prototype_note_kind kind);

#endif
