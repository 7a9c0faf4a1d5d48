/* The parts of the maker of bindings: C declarations made types and signatures that the VM calls by. All
 * that is made lives in the arena of the declarations. */
#ifndef JOIST_LOADER_BINDING_MAKER_H
#define JOIST_LOADER_BINDING_MAKER_H

#include "loader/prototype.h"
#include "vm/typed/typed.h"

/* What a library keeps, and gives out pointers to: one for each name. */
struct binding_handle {
	struct binding_handle *next;
	struct joist_ctype type; /* owned: with what frees it, if anything does */
	struct joist_ctype borrowed;
	const char *free; /* the name of that function; NULL: none */
};

struct binding_maker {
	struct prototypes *from;
	const char *file; /* that the declarations are of, for errors */
	struct report *report;
	const char *library; /* its name, likewise */
	void *symbols; /* of dlopen */
	struct binding_handle *handles;
};

/* Zeroed memory; NULL, with an error added, when it is short. */
void *binding_take(struct binding_maker *m, size_t bytes);

/* "WHAT; REMEDY" at a place; false. */
#define binding_refuse(m, at, ...) report_error((m)->report, (m)->file, (at), __VA_ARGS__)

/* The symbol of the library; NULL, with an error added, if it has none of that name. */
void *binding_symbol(struct binding_maker *m, const char *name, struct place at);

/* The type of a value that lies in memory as it is: a number, a struct, an array or string in one. NULL,
 * with an error added, if it has no term. */
const struct joist_ctype *binding_value_type(struct binding_maker *m,
					     const struct prototype_type *type, struct place at);

/* A type `kind` of that. */
struct joist_ctype *binding_type(struct binding_maker *m, enum joist_ctype_kind kind,
				 const char *name, const struct joist_ctype *of);

/* What a pointer to that is a handle of; NULL if it is none. */
const char *binding_handle_name(const struct prototype_type *pointer);

/* The handle of that name, new or not; NULL when memory is short. */
struct binding_handle *binding_handle(struct binding_maker *m, const char *name);

/* Notes which functions free what handles: before any signature is made. */
bool binding_note_frees(struct binding_maker *m);

/* Makes the signature of a function, of its item and its type. */
bool binding_signature(struct binding_maker *m, const struct prototype_item *function,
		       struct joist_signature *ret);

/* The same of a function that the library is given. */
bool binding_callback(struct binding_maker *m, const struct prototype_item *parameter,
		      const struct prototype_type *type, struct joist_signature *ret);

#endif
