/* Functions of libraries as the compiler calls them, beside which bindings are held. */
#ifndef JOIST_TEST_BOOT_DIRECT_CALLS_H
#define JOIST_TEST_BOOT_DIRECT_CALLS_H

#include <joist/joist.h>

/* One of them. Terms live as long as the turn. */
struct direct {
	const char *module, *function; /* NULL ends a list */
	joist_term (*input)(struct joist_actor *self); /* arguments by chance */
	joist_term (*call)(struct joist_actor *self,
			   joist_term input); /* what it answers to them */
	/* What does the same by bindings; NULL: module:function is applied. */
	joist_term (*bound)(struct joist_actor *self, joist_term input);
};

extern const struct direct direct_math[], direct_zlib[], direct_sqlite[];

/* A number by chance, below that. */
uint64_t direct_chance(uint64_t below);

/* A floating-point number; what Erlang's floats cannot be has names. */
joist_term direct_real(struct joist_actor *self, double value);

/* A callback of SQLite's: no more rows. */
joist_term direct_stop(struct joist_actor *self, joist_term values, joist_term names);

#endif
