/* Types and functions of C as data, by which a call is made of terms, and a term of its outcome. The
 * macros of joist/typed.h make them of C's own types; docs/typed-calls.md has each type, its term and its
 * errors. */
#ifndef JOIST_CTYPE_H
#define JOIST_CTYPE_H

#include <joist/actor.h>

JOIST_BEGIN

/* ---- types ---- */

enum joist_ctype_kind {
	JOIST_C_VOID = 1, /* of a result only */
	JOIST_C_BOOL, /* true, false */
	JOIST_C_INT8, /* integers: in range, or it is an error */
	JOIST_C_INT16,
	JOIST_C_INT32,
	JOIST_C_INT64,
	JOIST_C_UINT8,
	JOIST_C_UINT16,
	JOIST_C_UINT32,
	JOIST_C_UINT64,
	JOIST_C_FLOAT, /* a float, or an integer, that is finite in that type */
	JOIST_C_DOUBLE,
	JOIST_C_ENUM, /* one of the atoms in `names`; an integer `of` */
	JOIST_C_STRING, /* char *, ended by a zero: a binary without zeros */
	JOIST_C_BYTES, /* a pointer to bytes that another parameter counts: a binary */
	JOIST_C_CHARS, /* in a struct: `count` chars, filled up with zeros: a binary without zeros */
	JOIST_C_STRUCT, /* a map of atoms: `count` times `fields`, `bytes` large */
	JOIST_C_ARRAY, /* a list: in a struct `count` times `of`; else a pointer to them */
	JOIST_C_POINTER, /* to one `of`, which is a scalar or a struct: what it points to; to
			    nothing: NULL, which takes no term */
	JOIST_C_HANDLE, /* a pointer to what the library keeps: a reference that the actor owns */
	JOIST_C_CALLBACK, /* a pointer to a function of `calls`: who is to be asked or told */
	JOIST_C_TERM, /* a joist_term, as it is */
	JOIST_C_ACTOR, /* struct joist_actor *: who calls; takes no term */
	JOIST_C_STATE, /* a pointer to the state of an object; takes no term */
};

struct joist_ctype {
	const char *name; /* as errors say it: "int32"; of a handle, what it is one of */
	uint32_t kind; /* enum joist_ctype_kind */
	uint32_t reserved;
	size_t bytes; /* of a struct */
	const struct joist_ctype
		*of; /* of a handle: the type whose handles it may stand for, or NULL */
	size_t count; /* of fields, names, items or chars */
	const struct joist_field *fields;
	const struct joist_enumerator *names;
	void (*destroy)(void *handle); /* of a handle that nothing closed; may be NULL */
	const struct joist_signature *calls;
	const void *more[2];
};

struct joist_field {
	const char *name;
	const struct joist_ctype *type; /* a scalar, string, chars, array, or struct */
	size_t offset;
};

struct joist_enumerator {
	const char *name;
	int64_t value;
};

/* Those that need nothing else. */
extern JOIST_PUBLIC const struct joist_ctype joist_ctype_void, joist_ctype_bool, joist_ctype_int8,
	joist_ctype_int16, joist_ctype_int32, joist_ctype_int64, joist_ctype_uint8,
	joist_ctype_uint16, joist_ctype_uint32, joist_ctype_uint64, joist_ctype_float,
	joist_ctype_double, joist_ctype_string, joist_ctype_null, joist_ctype_bytes,
	joist_ctype_term, joist_ctype_actor, joist_ctype_state;

/* ---- functions ---- */

enum joist_parameter_flag {
	/* What it points to is written, and is in the outcome: it takes no term. */
	JOIST_P_OUT = 1,
	/* What it points to is read and written: it takes a term, and is in the outcome. */
	JOIST_P_INOUT = 2,
	/* It counts the bytes or items of other parameters: takes no term, and is not in the outcome. */
	JOIST_P_LENGTH = 4,
	/* An out buffer that takes an integer: how many bytes or items it has room for. */
	JOIST_P_ROOM = 8,
	/* An out buffer of which the result says how many bytes or items were written. */
	JOIST_P_USED = 16,
	/* May be NULL, which is the atom null. */
	JOIST_P_NULLABLE = 32,
	/* A handle whose end the call is. */
	JOIST_P_CLOSES = 64,
};

struct joist_parameter {
	const struct joist_ctype *type;
	const char *name; /* for errors; may be NULL */
	uint32_t flags; /* enum joist_parameter_flag */
	uint16_t length; /* of a buffer: the parameter that counts it, from 1 on; 0: none */
	uint16_t
		scope; /* of a callback: the handle parameter that it lives as long as; 0: the call */
	size_t room; /* of an out buffer that takes no term: for how many bytes or items */
	void (*free_it)(
		void *what); /* called with a string or bytes of the library's once copied */
};

enum joist_function_flag {
	/* The outcome is {ok, Values}; or {error, Posix}, if the result is below 0 or NULL, or, where it
	 * can be neither, errno is not 0. */
	JOIST_F_ERRNO = 1,
	/* The outcome is ok, or {ok, Values} without the result, if that is 0; else {error, Result}. */
	JOIST_F_STATUS = 2,
	/* It may take long: the actor leaves its scheduler to the others first. */
	JOIST_F_BLOCKING = 4,
	/* It may run on several threads at a time; other functions of one library take turns. */
	JOIST_F_THREADSAFE = 8,
};

/* The outcome of a call is its values: the result unless it is void, then what its out parameters hold, in
 * their order. No value is the atom ok, one is itself, several are a tuple. A result of bytes has the
 * parameter that counts them in `length`: an out parameter. */
struct joist_signature {
	uint32_t size; /* of this struct */
	uint32_t flags; /* enum joist_function_flag */
	const char *name;
	struct joist_parameter result;
	const struct joist_parameter *parameters;
	uint16_t count;
	uint16_t fixed; /* of a function with `...`: how many parameters stand before; else 0 */
	uint32_t reserved;
	int64_t failure; /* of a callback that returns a number: what it returns if nobody answers */
};

/* The most parameters of a function. */
#define JOIST_PARAMETERS_MAX 16

/* ---- methods ---- */

/* A function whose first parameter is the state of an object: JOIST_METHOD. */
struct joist_method {
	const char *name; /* NULL: the end of the list */
	void (*code)(void);
	const struct joist_signature *signature;
	size_t state_size;
};

/* A list of methods, and what the node makes of it on first use. */
struct joist_methods {
	const struct joist_method *list;
	size_t state_size;
	void *prepared;
};

/* Calls the method that `request` names, {Name, Argument...} or Name, on `state`: its outcome, or {error,
 * Reason} if there is none, or a term does not fit.
 * [actor, yields if the method does] exits {badarg, <<"joist_call_method">>} for a list with a mistake,
 * which the log tells */
JOIST_PUBLIC joist_term joist_call_method(struct joist_actor *self, struct joist_methods *methods,
					  void *state, joist_term request);

JOIST_END

#endif
