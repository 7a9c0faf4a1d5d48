/* Erlang text to terms. */
#ifndef JOIST_VM_TERM_PARSE_H
#define JOIST_VM_TERM_PARSE_H

#include "vm/term/lex.h"
#include "vm/term/term.h"

/* Terms of the text may be nested as deep, and integers have as many digits. */
#define PARSE_DEPTH_MAX 10000
#define PARSE_DIGITS_MAX 100000

struct parse_error {
	size_t offset; /* of the byte where it was seen */
	const char *message; /* NULL: memory is short */
};

/* The term that the text stands for, a full stop behind it or not; none, and why, if it stands for
 * none. Makes atoms, up to their limit. `ret_error` may be NULL. */
joist_term parse_term(struct arena *arena, struct joist_bytes text, struct parse_error *ret_error);

/* What patterns are besides terms. */
struct parse_dialect {
	/* What stands for a variable, or for one behind a ^; none, with `*ret_message`, if it may not. */
	joist_term (*variable)(void *owner, struct joist_bytes name, bool pinned,
			       const char **ret_message);
	/* Instead of term_map. */
	joist_term (*map)(void *owner, const joist_term *items, size_t pairs,
			  const char **ret_message);
	bool only_assign; /* maps have := and not => */
	size_t depth_max;
	void *owner;
};

joist_term parse_pattern(struct arena *arena, struct joist_bytes text,
			 const struct parse_dialect *dialect, struct parse_error *ret_error);

#endif
